"""What is played on both stacks, folder by folder."""

from acts import joining

ACTS = {"joining": joining.ACTS}
