# SPDX-License-Identifier: EUPL-1.2
"""The files a town writes: read, and checked with all faults at once in the plain words of a town hall."""
