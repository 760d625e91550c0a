# Two commands matter: `make run` and `make test`.

BUILD := cmake --build
CONFIGURE := cmake -G Ninja -S .

.PHONY: run test test-telephony test-web test-asan test-tsan prove coverage mutation sanitize fuzz bench build setup clean

run: build
	@scripts/run

test: setup
	$(CONFIGURE) -B build -DCMAKE_BUILD_TYPE=Release
	$(BUILD) build
	ctest --test-dir build --output-on-failure

# Real SIP: every way a call can go, and a campaign of a thousand, against SIPp.
test-telephony: setup
	$(CONFIGURE) -B build -DCMAKE_BUILD_TYPE=Release
	$(BUILD) build --target test_telephony test_sip test_conformance ringmaster ringmaster-replay fake-carrier
	ctest --test-dir build --output-on-failure -R '^(telephony|sip|conformance|sip_campaign|sip_tls|carrier|agent_crash|sip_crash)$$'

# The dashboard: its own tests, then a browser against the real server.
test-web: build
	@scripts/setup chromium
	cd web && npm run --silent test
	cd web && RINGMASTER=$(CURDIR)/build/ringmaster SCREENSHOTS=$(CURDIR)/build/screenshots npm run --silent end-to-end

test-asan: setup
	$(CONFIGURE) -B build-asan -DCMAKE_BUILD_TYPE=RelWithDebInfo -DRINGMASTER_SANITIZE=address,undefined
	$(BUILD) build-asan
	LSAN_OPTIONS=suppressions=$(CURDIR)/tests/leak_sanitizer.txt ctest --test-dir build-asan --output-on-failure

test-tsan: setup
	$(CONFIGURE) -B build-tsan -DCMAKE_BUILD_TYPE=RelWithDebInfo -DRINGMASTER_SANITIZE=thread
	$(BUILD) build-tsan
	TSAN_OPTIONS=suppressions=$(CURDIR)/tests/thread_sanitizer.txt ctest --test-dir build-tsan --output-on-failure

# Searches with new seeds until a promise breaks or the time is over: half of it in
# memory, a quarter on RocksDB, a quarter under settings that must change nothing.
MINUTES ?= 10
share = $(shell awk 'BEGIN { print $(MINUTES) / $(1) }')
prove: setup
	$(CONFIGURE) -B build -DCMAKE_BUILD_TYPE=Release
	$(BUILD) build --target simulate ringmaster ringmaster-replay faults
	build/simulate --quiet --minutes $(call share,2)
	build/simulate --quiet --minutes $(call share,4) --real-disk
	build/simulate --quiet --minutes $(call share,4) --vary 5 --days 1
	/usr/bin/python3 tests/chaos/chaos_test.py build/ringmaster build/ringmaster-replay build/tests/end_to_end/libfaults.so 500

# Every comparison, constant and connective of the rules changed, one at a time: do the tests notice?
mutation: setup
	$(CONFIGURE) -B build -DCMAKE_BUILD_TYPE=Release
	$(BUILD) build --target test_domain test_contact_lists
	tests/mutation/mutate.py --jobs 2

# Lines that the tests of the rules, the events and the stores reach.
coverage: setup
	scripts/coverage

# As much of test-asan and test-tsan as fits into the time, half of it for each.
sanitize: setup
	scripts/sanitize address $$(expr $(MINUTES) / 2)
	scripts/sanitize thread $$(expr $(MINUTES) / 2)

# A minute each for what reads strangers' bytes.
fuzz:
	scripts/fuzz 60

bench: setup
	$(CONFIGURE) -B build -DCMAKE_BUILD_TYPE=Release
	$(BUILD) build --target bench_audit bench_campaign ringmaster fake-carrier
	build/bench_campaign 10000
	build/bench_campaign 100000
	build/bench_campaign 1000000 1
	build/bench_audit 5000000
	python3 bench/server.py build/ringmaster
	/usr/bin/python3 bench/carrier.py build/ringmaster build/fake-carrier
	@scripts/setup wrk nginx-light chromium
	python3 bench/gateway.py build/ringmaster
	cd web && MEASURE=1 RINGMASTER=$(CURDIR)/build/ringmaster npm run --silent end-to-end -- cost

build: setup
	$(CONFIGURE) -B build -DCMAKE_BUILD_TYPE=Release
	$(BUILD) build --target ringmaster ringmaster-replay

setup:
	@scripts/setup

clean:
	rm -rf build build-asan build-coverage build-fuzz build-tsan
