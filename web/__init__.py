# SPDX-License-Identifier: EUPL-1.2
"""The plain web form: one question a page, no script."""
