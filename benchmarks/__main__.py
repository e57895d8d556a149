"""`python -m benchmarks`; imports nothing by itself, for the processes in which memory is measured import it, too."""

if __name__ == "__main__":
    from benchmarks.cli import main

    main()
