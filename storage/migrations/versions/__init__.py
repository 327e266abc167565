# SPDX-License-Identifier: EUPL-1.2
"""One file for each step, named by its number."""
