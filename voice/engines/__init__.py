# SPDX-License-Identifier: EUPL-1.2
"""Who can speak: one file for each speech engine, and what turns their sound into that of a telephone.

Everything here runs in a process of its own (`voice.engines.worker`). The service that answers calls never imports it:
it only plays files that are there already.
"""
