"""FSDP2 with distributed checkpoints on two CPU processes: resumed exactly, weights gathered whole."""

import os
import socket

import pytest

pytestmark = pytest.mark.train


def _work(rank, port, folder, resume, out):
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port), RANK=str(rank), WORLD_SIZE="2")
    import torch
    import torch.distributed as dist
    import torch.distributed.checkpoint as dcp
    from torch.distributed.checkpoint.state_dict import get_state_dict, set_state_dict
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    from tasks.training.model import build_model, gather_weights
    from tasks.training.shapes import config_of

    torch.set_num_threads(1)
    dist.init_process_group("gloo")
    llama = build_model(config_of("tiny", 64, 32, {}), None, "sdpa", 1)
    mesh = init_device_mesh("cpu", (2,))
    for layer in llama.model.layers:
        fully_shard(layer, mesh=mesh)
    fully_shard(llama, mesh=mesh)
    optimiser = torch.optim.AdamW(llama.parameters(), lr=1e-2)

    def step(number):
        ids = torch.randint(0, 64, (2, 16), generator=torch.Generator().manual_seed(100 * number + rank))
        loss = llama(input_ids=ids, labels=ids).loss
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
        return float(loss.detach())

    first = 0
    if resume:
        weights, moments = get_state_dict(llama, optimiser)
        dcp.load({"model": weights, "optim": moments}, checkpoint_id=folder)
        set_state_dict(llama, optimiser, model_state_dict=weights, optim_state_dict=moments)
        first = 3
    losses = []
    for number in range(first, 6):
        losses.append(step(number))
        if number == 2 and not resume:
            weights, moments = get_state_dict(llama, optimiser)
            dcp.save({"model": weights, "optim": moments}, checkpoint_id=folder)
    gathered = gather_weights(llama)
    if rank == 0:
        torch.save({"losses": losses[-3:], "weights": gathered}, out)
    dist.barrier()
    dist.destroy_process_group()


def run(folder, resume, out):
    import torch.multiprocessing as processes

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    processes.spawn(_work, (port, str(folder), resume, str(out)), nprocs=2)


def test_sharded_training_resumes_exactly_and_gathers_whole_weights(tmp_path):
    """Three steps after a load equal those of the undisturbed run, and so do the gathered weights, bit for bit."""
    import torch

    run(tmp_path / "checkpoint", False, tmp_path / "one.pt")
    run(tmp_path / "checkpoint", True, tmp_path / "two.pt")
    one, two = (torch.load(tmp_path / name) for name in ("one.pt", "two.pt"))
    assert one["losses"] == two["losses"]
    assert one["weights"].keys() == two["weights"].keys()
    assert all(torch.equal(one["weights"][name], two["weights"][name]) for name in one["weights"])
    assert one["weights"]["lm_head.weight"].shape == (64, 128)
