# SPDX-License-Identifier: EUPL-1.2
"""Chats. Still empty: Telegram and WhatsApp come with a later step."""
