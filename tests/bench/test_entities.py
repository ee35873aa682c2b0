from bench import entities


def test_each_part_and_all_of_the_sentences_are_scored() -> None:
    figures = {figure.part: figure for figure in entities.figures()}

    assert list(figures) == ["development", "held", "all"]
    assert figures["all"].sentences == figures["development"].sentences + figures["held"].sentences
    assert all(0 <= figure.f1 <= 1 for figure in figures.values())
