# SPDX-License-Identifier: EUPL-1.2
"""The commands of `mitwirkung`, one file for each group; `app.cli` names them all."""
