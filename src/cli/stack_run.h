#pragma once

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <string>

#include "cli/context.h"
#include "cli/live_view.h"
#include "local_stack/local_stack.h"

namespace ecm::cli {

/// One execution on a stack of this process (LocalStack, DirectStack), with its progress and with
/// Ctrl-C as a wish to end it. The first Ctrl-C ends the cluster and lets the state machine say so;
/// the second one aborts.
template <class Stack>
class StackRun {
 public:
  /// Until here Ctrl-C ends the program, which has begun nothing; one that comes before Run ends
  /// what Run begins.
  StackRun(Stack& stack, LiveView& view, Context& context)
      : stack_(stack), view_(view), console_(context.console) {
    WaitForSignal();
    if (console_.err_is_terminal()) TickEverySecond();
  }
  StackRun(const StackRun&) = delete;
  StackRun& operator=(const StackRun&) = delete;

  local_stack::Ended Run(const std::string& execution_name, const Json& input) {
    stack_.OnDone([this] {
      boost::system::error_code ignored;
      signals_.cancel(ignored);
      timer_.cancel();
    });
    local_stack::Ended ended = stack_.Run(execution_name, input);
    view_.Stop();
    return ended;
  }

 private:
  void WaitForSignal() {
    signals_.async_wait([this](const boost::system::error_code& error, int /*signal*/) {
      if (error) return;
      console_.Err(
          "emrctl: ending the job's cluster; once more does not wait for the state machine");
      stack_.Cancel();
      WaitForSignal();
    });
  }

  void TickEverySecond() {
    timer_.expires_after(std::chrono::seconds{1});
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      view_.Tick();
      TickEverySecond();
    });
  }

  Stack& stack_;
  LiveView& view_;
  Console& console_;
  boost::asio::signal_set signals_{stack_.io(), SIGINT, SIGTERM, SIGHUP};
  boost::asio::steady_timer timer_{stack_.io()};
};

}  // namespace ecm::cli
