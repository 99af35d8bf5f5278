#pragma once

#include <string>
#include <string_view>

namespace ecm {

/// The line of a Spark driver's stderr that names the cause: the last line of the last Python
/// traceback, else the deepest "Caused by:", else the last "Exception"/"Error" line; "" if none.
/// One line, at most 1,000 bytes.
std::string FindRootCause(std::string_view log);

/// The last line of the last Python traceback alone; "" if there is none.
std::string FindPythonException(std::string_view log);

/// Removes what looks like a credential: access key ids, values after "password=", "secret…:",
/// "token=", user names and passwords inside URLs.
std::string RedactSecrets(std::string_view text);

}  // namespace ecm
