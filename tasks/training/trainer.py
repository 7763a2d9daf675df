"""transformers' Trainer over our items: in our order, with tokens counted, resumed and stopped as we say."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from typing import Any

import torch
from transformers import Trainer, TrainingArguments

from tasks.training.callbacks import Saver, StepLog
from tasks.training.samples import IGNORED
from tasks.training.shapes import peak_flops, shape_of


class Counted:
    """Running totals of tokens over all processes; summed on the device, read once a step."""

    def __init__(self, tokens: int, label_tokens: int) -> None:
        self.before = (tokens, label_tokens)
        self.sums: Any = None
        self.world = 1

    def add(self, tokens: Any, labels: Any) -> None:
        """Count a micro-batch."""
        both = torch.stack([tokens.to(labels.device).sum(), (labels != IGNORED).sum()])
        self.sums = both if self.sums is None else self.sums + both

    def _total(self, which: int) -> int:
        if self.sums is None:
            return self.before[which]
        sums = self.sums.clone()
        if torch.distributed.is_initialized():
            torch.distributed.all_reduce(sums)
        return self.before[which] + int(sums[which])

    def tokens(self) -> int:
        """Return tokens seen in training since step 0, padding left out. Every process must ask."""
        return self._total(0)

    def label_tokens(self) -> int:
        """Return tokens with loss seen since step 0. Every process must ask."""
        return self._total(1)


class PackTrainer(Trainer):  # type: ignore[misc]
    """Trainer that takes items in their order and counts what it sees."""

    counted: Counted
    control: Any

    def _get_train_sampler(self, *_: Any) -> Any:
        """Return the items as they come: their order is the seed's already (see Items)."""
        return torch.utils.data.SequentialSampler(self.train_dataset)

    def compute_loss(self, model: Any, inputs: dict[str, Any], *args: Any, **named: Any) -> Any:
        """Count the tokens of a micro-batch, and leave the loss to transformers."""
        inputs = dict(inputs)
        tokens = inputs.pop("n_tokens")
        if model.training:
            self.counted.add(tokens, inputs["labels"])
        return super().compute_loss(model, inputs, *args, **named)

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Return the loss per token with loss over the validation split: transformers averages over batches."""
        began = time.monotonic()
        model = self.model_wrapped
        model.eval()
        sums = torch.zeros(2, dtype=torch.float64, device=self.args.device)
        for batch in self.get_eval_dataloader():
            inputs = self._prepare_inputs(batch)
            count = (inputs["labels"] != IGNORED).sum()
            with torch.no_grad(), self.compute_loss_context_manager():
                loss = self.compute_loss(model, inputs)
            sums += torch.stack([loss.detach().double() * count, count.double()])
        if torch.distributed.is_initialized():
            torch.distributed.all_reduce(sums)
        metrics = {"eval_loss": float(sums[0] / sums[1]), "eval_runtime": time.monotonic() - began}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics

    def floating_point_ops(self, _inputs: dict[str, Any]) -> int:
        """Return 0: FLOP are counted by StepLog, from tokens without padding."""
        return 0


def arguments(job: dict[str, Any]) -> TrainingArguments:
    """Return transformers' arguments for a job.

    Args:
        job: as tasks/train.py writes it.
    """
    settings, plan = job["settings"], job["plan"]
    cuda = torch.cuda.is_available()
    world = plan["devices"]
    named: dict[str, Any] = {
        "output_dir": job["folder"] + "/checkpoints",
        "max_steps": plan["steps"],
        "per_device_train_batch_size": plan["device_batch"],
        "per_device_eval_batch_size": plan["device_batch"],
        "gradient_accumulation_steps": plan["accumulation"],
        "learning_rate": settings["learning_rate"],
        "lr_scheduler_type": settings["schedule"],
        "warmup_steps": plan["warmup_steps"],
        "weight_decay": settings["weight_decay"],
        "max_grad_norm": settings["clip"],
        "optim": "adamw_torch_fused" if cuda else "adamw_torch",
        "bf16": job["precision"] == "bf16",
        "tf32": True if cuda else None,
        "use_cpu": not cuda,
        "seed": settings["seed"],
        "data_seed": settings["seed"],
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "save_strategy": "steps",
        "save_steps": settings["save_steps"],
        "eval_strategy": "steps" if job["evaluates"] else "no",
        "eval_steps": settings["evaluate_steps"],
        "remove_unused_columns": False,
        "use_liger_kernel": job["liger"],
        "dataloader_pin_memory": cuda,
        "disable_tqdm": True,
        "report_to": [],
    }
    if world > 1:
        # fsdp_config recomputes activations without the second all-gather that the argument costs.
        named |= {"fsdp": True, "fsdp_config": fsdp_config(settings)}
    else:
        # transformers renamed it in 5.2x; both names are tried, since a GPU machine may have either.
        known = {field.name for field in dataclasses.fields(TrainingArguments)}
        name = "activation_checkpointing" if "activation_checkpointing" in known else "gradient_checkpointing"
        named[name] = settings["recompute"]
        named[f"{name}_kwargs"] = {"use_reentrant": False} if settings["recompute"] else None
    return TrainingArguments(**named)


def fsdp_config(settings: dict[str, Any]) -> dict[str, Any]:
    """Return how weights, gradients and optimiser are sharded over the devices of a run."""
    return {
        "version": 2,
        "activation_checkpointing": settings["recompute"],
        "state_dict_type": "SHARDED_STATE_DICT",
        "cpu_ram_efficient_loading": True,
        "reshard_after_forward": True,
    }


def make_trainer(job: dict[str, Any], model: Any, items: Any, validation: Any, collate: Any) -> tuple[Any, Counted]:
    """Return the trainer of a job and its token counter.

    Args:
        job: as tasks/train.py writes it.
        model: with what is trained.
        items: the train split in its order.
        validation: items of the validation split; None where nothing is evaluated.
        collate: makes batches of items.
    """
    counted = Counted(job["tokens_before"], job["label_tokens_before"])
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"
    peak = peak_flops(device)
    per_epoch = items.each / job["settings"]["batch"]
    log = StepLog(
        Path(job["log"]),
        counted,
        shape_of(job["config"]).flops(job["context"]),
        peak * job["plan"]["devices"] if peak else None,
        per_epoch,
    )
    trainer = PackTrainer(
        model=model,
        args=arguments(job),
        train_dataset=items,
        eval_dataset=validation,
        data_collator=collate,
        callbacks=[log, Saver(job, counted)],
    )
    trainer.counted = counted
    return trainer, counted
