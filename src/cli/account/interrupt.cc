#include "cli/account/interrupt.h"

#include <array>
#include <csignal>

namespace ecm::cli {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

volatile std::sig_atomic_t raised = 0;

void Remember(int /*signal*/) { raised = 1; }

}  // namespace

InterruptGuard::InterruptGuard() {
  raised = 0;
  struct sigaction action{};
  action.sa_handler = Remember;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigemptyset(&action.sa_mask);
  for (const int signal : kSignals) sigaction(signal, &action, nullptr);
}

InterruptGuard::~InterruptGuard() {
  for (const int signal : kSignals) std::signal(signal, SIG_DFL);
}

bool InterruptGuard::Raised() { return raised != 0; }

}  // namespace ecm::cli
