#pragma once

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <string>

#include "cli/context.h"
#include "cli/live_view.h"
#include "local_stack/local_stack.h"

namespace ecm::cli {

/// The first Ctrl-C ends the cluster and lets the state machine say so; the second one aborts.
template <class Stack>
void HandleSignals(boost::asio::signal_set& signals, Stack& stack, Console& console) {
  signals.async_wait([&](const boost::system::error_code& error, int /*signal*/) {
    if (error) return;
    console.Err("emrctl: ending the job's cluster; once more does not wait for the state machine");
    stack.Cancel();
    HandleSignals(signals, stack, console);
  });
}

inline void TickEverySecond(boost::asio::steady_timer& timer, LiveView& view) {
  timer.expires_after(std::chrono::seconds{1});
  timer.async_wait([&](const boost::system::error_code& error) {
    if (error) return;
    view.Tick();
    TickEverySecond(timer, view);
  });
}

/// Runs one execution on a stack of this process (LocalStack, DirectStack), with its progress and
/// with Ctrl-C as a wish to end it.
template <class Stack>
local_stack::Ended RunOnStack(Stack& stack, const std::string& execution_name, const Json& input,
                              LiveView& view, Context& context) {
  boost::asio::signal_set signals(stack.io(), SIGINT, SIGTERM, SIGHUP);
  HandleSignals(signals, stack, context.console);
  boost::asio::steady_timer timer(stack.io());
  if (context.console.err_is_terminal()) TickEverySecond(timer, view);
  stack.OnDone([&] {
    boost::system::error_code ignored;
    signals.cancel(ignored);
    timer.cancel();
  });
  local_stack::Ended ended = stack.Run(execution_name, input);
  view.Stop();
  return ended;
}

}  // namespace ecm::cli
