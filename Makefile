# A thin cover: the scripts do the work and explain themselves (--help).
.PHONY: help run test lint format bench clean

help:
	@echo "make run     set up what is missing, build, and run the word count example"
	@echo "make test    build and run all tests"
	@echo "make lint    format and clang-tidy of what changed"
	@echo "make format  bring the C++ into the house format"
	@echo "make bench   overhead against plain spark-submit, start time, simulator speed"
	@echo "make clean   remove build/ (the Python environments and .emrctl stay)"

run:
	@bash scripts/quickstart

test:
	@bash scripts/test

lint:
	@bash scripts/lint --changed

format:
	@bash scripts/lint --fix-format

bench:
	@bash bench/run_overhead

clean:
	rm -rf build
