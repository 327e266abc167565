# SPDX-License-Identifier: EUPL-1.2
"""What all channels share: their contract, the one way in, the one way out."""
