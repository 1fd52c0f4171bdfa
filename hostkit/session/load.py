"""Session files to `Session` values, with every problem at its place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from hostkit.errors import Fault, InvalidInput, Problem
from hostkit.ground.places import FilesBeside
from hostkit.session.extends import NOT_A_MAP, read_tree
from hostkit.session.model.session import Session
from hostkit.session.suggest import MOST_SUGGESTED
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.session.yaml_tree import Tree

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class SessionText:
    """A session file and all it extends, read once: nothing is known of its shape yet."""

    path: Path
    tree: Tree
    files: tuple[Path, ...]

    @classmethod
    def read(cls, path: Path) -> SessionText:
        """Raises InvalidInput for what cannot be read or parsed; StorageError."""
        tree, files = read_tree(path)
        return cls(path, tree, files)


@dataclass(frozen=True)
class LoadedSession:
    """A session, where it came from, and where in the text each part of it stands."""

    session: Session
    path: Path
    tree: Tree
    files: tuple[Path, ...]

    @property
    def name(self) -> str:
        return self.path.stem

    def resolve(self, file: str) -> Path:
        """A file named in the session, as a path."""
        return self.path.parent / file

    def files_beside(self, path: KeyPath) -> FilesBeside:
        """Where a file that is named at a place may lie: below the session, or with what it
        extends, below the file that it is written in.
        """
        own, written_in = self.path.parent, Path(self.tree.place(path).file).parent
        return FilesBeside(own, tuple(dict.fromkeys((own, written_in))))

    def problem(self, path: KeyPath, message: str, cure: str = "") -> Problem:
        return self.tree.place(path).problem(message, cure)


def load_session(path: Path) -> LoadedSession:
    """Reads and validates a session file. Raises InvalidInput with all problems."""
    return session_in(SessionText.read(path))


def session_in(text: SessionText) -> LoadedSession:
    """The session in a text; raises InvalidInput with all problems."""
    return LoadedSession(validate(text.tree), text.path, text.tree, text.files)


def validate(tree: Tree) -> Session:
    """The session in `tree`; raises InvalidInput with all problems."""
    return validate_as(Session, tree, NOT_A_MAP)


def validate_as(model: type[Model], tree: Tree, not_a_map: Fault) -> Model:
    """The document in `tree` as a `model`; raises InvalidInput with all problems.

    `not_a_map` is what to say of a document that is no map at all.
    """
    if not isinstance(tree.data, dict):
        raise InvalidInput([tree.place(()).problem(*not_a_map)])
    allowed: dict[int, tuple[str, ...]] = {}
    try:
        return model.model_validate(tree.data, context={"allowed": allowed})
    except ValidationError as error:
        from hostkit.session.reading.wrong_shape import problem_of  # with all forms there are

        details = error.errors(include_url=False)
        raise InvalidInput(
            [
                problem_of(tree, allowed if number < MOST_SUGGESTED else {}, detail)
                for number, detail in enumerate(details)
            ]
        ) from None
