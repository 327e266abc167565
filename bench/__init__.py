# SPDX-License-Identifier: EUPL-1.2
"""Benchmarks: what the service promises about speed, weight and cost, measured as ratios inside one run."""
