# SPDX-License-Identifier: EUPL-1.2
"""The telephone line. Still empty: menus and calls come with a later step."""
