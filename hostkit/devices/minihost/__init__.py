"""The minihost host: plug-ins that need a play head, a side-chain, or other outputs."""
