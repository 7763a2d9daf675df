"""Contracts of training: the log of every step, every attempt with its end and its cost, and every run."""

from __future__ import annotations

from typing import ClassVar

import polars as pl

from schemas.contract import Column, Contract, rule
from schemas.types import COUNT, FLAG, INDEX, SHARE, TEXT

FOLDER, LATEST = "08_models", "latest.json"
RUN_ID = Column(TEXT, "12 hex over data version, base and the settings that decide weights.", nullable=False)
ATTEMPT = Column(INDEX, "Number of the start within the run, from 1.", nullable=False)


class OfRuns(Contract):
    """A contract whose files lie below the folders of the runs."""

    folder = FOLDER
    pattern: ClassVar[str]
    """Where, below the folder of all runs."""


class TrainingLog(OfRuns):
    """One row per optimiser step and per evaluation of every attempt; what a later attempt did again is superseded."""

    view = "training_log"
    pattern = "*/log/part-*.parquet"

    run_id = RUN_ID
    attempt = ATTEMPT
    step = Column(
        INDEX, "Optimiser step, from 1; an evaluation bears the step after which it was made.", nullable=False
    )
    epoch = Column(SHARE, "Passes over the train split so far.", nullable=False)
    loss = Column(SHARE, "Mean loss of the step's tokens with loss; null in rows of an evaluation.")
    eval_loss = Column(SHARE, "Loss per token with loss of the validation split; null in rows of a step.")
    learning_rate = Column(SHARE, "Learning rate of the step.")
    grad_norm = Column(SHARE, "Norm of the gradient before it was clipped.")
    tokens = Column(COUNT, "Tokens seen since step 0, padding left out.")
    label_tokens = Column(COUNT, "Tokens with loss seen since step 0.")
    seconds = Column(SHARE, "Seconds that the step or the evaluation took.", nullable=False)
    tokens_per_second = Column(SHARE, "Tokens of the step per second, over all devices.")
    mfu = Column(SHARE, "Model FLOP utilisation: FLOP of the tokens over the peak of the devices; null on a CPU.")
    memory_gb = Column(SHARE, "Most memory held so far, in 10^9 bytes: of the first GPU, on a CPU of the process.")
    superseded = Column(FLAG, "Whether a later attempt went on from before this step and did it again.", nullable=False)

    @rule("a row has a loss of training or of an evaluation, not both")
    def one_loss() -> pl.Expr:
        """Return that exactly one of loss and eval_loss is set."""
        return pl.col("loss").is_null() != pl.col("eval_loss").is_null()


class TrainingAttempts(OfRuns):
    """One row per start of a run: where it went on, how it ended, what was lost and what it cost."""

    view = "training_attempts"
    pattern = "*/attempts.parquet"

    run_id = RUN_ID
    attempt = ATTEMPT
    started = Column(TEXT, "When it began (UTC, ISO 8601).", nullable=False)
    ended = Column(TEXT, "When it ended; of a killed attempt, when it last wrote its log.")
    outcome = Column(
        TEXT, "finished | preempted (whole checkpoint, exit 33) | killed | failed | running.", nullable=False
    )
    message = Column(TEXT, "Why it failed, or what was set aside when it began.")
    resumed_step = Column(INDEX, "Step of the checkpoint it went on from; 0 = from the base.", nullable=False)
    last_step = Column(INDEX, "Last step in its log; resumed_step where there is none.", nullable=False)
    lost_steps = Column(INDEX, "Steps at its end that the next attempt did again; 0 for the last.", nullable=False)
    seconds = Column(SHARE, "Seconds from start to end.", nullable=False)
    devices = Column(INDEX, "GPUs, or 1 for a CPU.", nullable=False)
    device = Column(TEXT, "Name of the device.")
    code = Column(TEXT, "Digest of the training code.", nullable=False)
    libraries = Column(TEXT, "Versions of torch, transformers and others, as name==version.", nullable=False)
    spot = Column(FLAG, "Whether the machine was a spot instance; null = unknown.")
    price = Column(SHARE, "Price of an hour of the machine, in dollars; null = unknown.")
    price_on_demand = Column(SHARE, "Price of the same hour on demand; null = unknown.")
    cost = Column(SHARE, "Hours times price; null where no price is known.")

    @rule("an attempt ends no earlier than the step it went on from")
    def goes_on() -> pl.Expr:
        """Return that last_step is at least resumed_step."""
        return pl.col("last_step") >= pl.col("resumed_step")


class TrainingRuns(OfRuns):
    """One row per run: what was trained on what, how far it came, what came out and what it cost."""

    view = "training_runs"
    pattern = "*/run.parquet"

    run_id = RUN_ID
    version = Column(TEXT, "The published version of the data.", nullable=False)
    base = Column(TEXT, "The base model as the settings name it.", nullable=False)
    preset = Column(TEXT, "The preset it began from; null = none.")
    method = Column(TEXT, "full | lora.", nullable=False)
    parameters = Column(COUNT, "Parameters of the model; null where its shape is no LLaMA's.")
    status = Column(
        TEXT, "finished | preempted | killed | failed | running: how the last attempt ended.", nullable=False
    )
    steps = Column(INDEX, "Steps planned.", nullable=False)
    last_step = Column(INDEX, "Step reached.", nullable=False)
    tokens = Column(COUNT, "Tokens seen, padding and superseded steps left out.")
    label_tokens = Column(COUNT, "Tokens with loss seen, superseded steps left out.")
    first_loss = Column(SHARE, "Loss of the first step.")
    last_loss = Column(SHARE, "Loss of the last step.")
    best_eval_loss = Column(SHARE, "Lowest loss per token on the validation split.")
    last_eval_loss = Column(SHARE, "Newest loss per token on the validation split.")
    tokens_per_second = Column(SHARE, "Tokens over seconds of all steps, superseded ones left out.")
    mfu = Column(SHARE, "The same for model FLOP utilisation; null on a CPU.")
    attempts = Column(INDEX, "How often it was started.", nullable=False)
    preemptions = Column(INDEX, "Attempts that were preempted or killed.", nullable=False)
    lost_steps = Column(INDEX, "Steps that were done again.", nullable=False)
    hours = Column(SHARE, "Hours of all attempts.", nullable=False)
    device_hours = Column(SHARE, "The same times devices.", nullable=False)
    cost = Column(SHARE, "Sum of the attempts' cost; null where any is unknown.")
    cost_on_demand = Column(SHARE, "The same on demand, less the hours of superseded steps; null where any is unknown.")
    saved_share = Column(SHARE, "1 - cost / cost_on_demand; null where either is unknown.")


TRAINING: tuple[type[OfRuns], ...] = (TrainingLog, TrainingAttempts, TrainingRuns)
