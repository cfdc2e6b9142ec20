"""What is played on both stacks, folder by folder."""

from acts import administration, joining, leaving, refusals, talking

ACTS = {"joining": joining.ACTS, "refusals": refusals.ACTS, "leaving": leaving.ACTS, "talking": talking.ACTS,
        "administration": administration.ACTS}
