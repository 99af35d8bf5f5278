# A thin cover: the scripts do the work and explain themselves (--help).
.PHONY: help run test lint format bench clean deploy deploy-word-count start smoke destroy

help:
	@echo "make run     set up what is missing, build, and run the word count example"
	@echo "make test    build and run all tests"
	@echo "make lint    format and clang-tidy of what changed"
	@echo "make format  bring the C++ into the house format"
	@echo "make bench   overhead against plain spark-submit, start time, simulator speed"
	@echo "make clean   remove build/ (the Python environments and .emrctl stay)"
	@echo "On an AWS account (docs/deploy.md); ENV names the environment:"
	@echo "make ENV=dev deploy                                package and deploy the functions; ZIP=path: a released zip"
	@echo "make ENV=dev deploy-word-count EXAMPLE_BUCKET=b    put the example's code and text into a bucket"
	@echo "make ENV=dev start JOB=job.json                    start a job; WAIT=1: until it has ended"
	@echo "make ENV=dev smoke                                 run a job, abort another, sweep; FORCE=1: do not ask"
	@echo "make ENV=dev destroy                               remove functions and example; FORCE=1: do not ask"

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

# An option for each variable that is set, or for each that is set to 1.
option = $(if $($(2)),$(1) "$($(2))")
flag = $(if $(filter 1,$($(2))),$(1))
bucket = $(call option,--example-bucket,EXAMPLE_BUCKET)

deploy:
	@bash scripts/stack deploy --env "$(ENV)" $(call option,--zip,ZIP)

deploy-word-count:
	@bash scripts/stack deploy-word-count --env "$(ENV)" $(bucket)

start:
	@bash scripts/stack start --env "$(ENV)" $(call option,--job,JOB) $(call flag,--wait,WAIT)

smoke:
	@bash scripts/stack smoke --env "$(ENV)" $(call option,--job,JOB) $(call flag,--force,FORCE)

destroy:
	@bash scripts/stack destroy --env "$(ENV)" $(bucket) $(call flag,--force,FORCE) \
	  $(call flag,--even-with-clusters,EVEN_WITH_CLUSTERS)
