# SPDX-License-Identifier: EUPL-1.2
"""Text messages: a reply as text, and the providers that carry it."""
