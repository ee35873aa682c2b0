"""What the tests of the real processes share: the operator, and customers who walk in."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.processes.customer import Customer, Operator
from tests.stack import Stack


@pytest.fixture(scope="session")
def operator(stack: Stack) -> Iterator[Operator]:
    """The sandbox of the running stack."""
    with Operator(stack.sandbox) as operator:
        yield operator


@pytest.fixture
def customers(stack: Stack, operator: Operator) -> Iterator[Callable[[], Customer]]:
    """Makes customers, each in a conversation of their own."""
    with ExitStack() as made:
        yield lambda: made.enter_context(Customer(stack, operator))


@pytest.fixture
def customer(customers: Callable[[], Customer]) -> Customer:
    """A customer in a new conversation."""
    return customers()


@pytest.fixture
def verified(customer: Customer, operator: Operator) -> Customer:
    """A customer who has proven an ordinary number."""
    customer.say("查话费余额")
    customer.verify(operator.number())
    return customer
