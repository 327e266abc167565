# SPDX-License-Identifier: EUPL-1.2
"""Where all parts are joined and started: settings, wiring, HTTP, jobs, command line."""
