# SPDX-License-Identifier: EUPL-1.2
"""The participation service itself. Standard library only, and pure where it decides."""
