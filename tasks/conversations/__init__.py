"""What a conversation is, from the raw row to the turns that filters read.

`shapes` reads a raw row of any known shape, `repair` leaves user and assistant taking turns and says why a turn goes,
`kept_turns` returns the turns of a batch that are left, as a `TurnBatch`.
"""
