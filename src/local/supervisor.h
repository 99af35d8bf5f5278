#pragma once

#include <optional>
#include <string_view>

namespace ecm::local {

/// The hidden first argument with which a program starts itself as a supervisor.
inline constexpr std::string_view kSuperviseArgument = "__supervise";

/// The descriptor on which a supervisor finds its end of the socket to its parent.
inline constexpr int kSupervisorSocket = 3;

/// What travels on that socket. To the supervisor: an encoded ProcessSpec, then single letters;
/// its end of file means that the parent is gone, also by kill -9. From the supervisor, one line:
/// "exited {wait status}", "failed {errno} {what}".
inline constexpr char kTerminateCommand = 't';  ///< SIGTERM to every process of the tree
inline constexpr char kKillCommand = 'k';       ///< SIGKILL until none is left

/// Every program that starts process trees calls this first in main. Nothing where the program was
/// not started as a supervisor; otherwise it has supervised one process tree to its end, and the
/// program must return the value.
///
/// The supervisor is the child subreaper of the tree: whatever its processes fork, whichever
/// session or process group they enter, they stay below it, and it does not end before they are
/// gone. It lives in a session of its own, so that Ctrl-C in a terminal does not reach the tree.
std::optional<int> SupervisorMain(int argc, char** argv);

}  // namespace ecm::local
