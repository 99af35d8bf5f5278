#pragma once

#include <expected>
#include <string>
#include <utility>

#include "base/error.h"

namespace ecm {

/// Everything that can fail in normal life returns one.
template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> Fail(ErrorKind kind, std::string message, std::string code = {}) {
  return std::unexpected(Error{kind, std::move(message), std::move(code)});
}

inline std::unexpected<Error> Fail(Error error) { return std::unexpected(std::move(error)); }

/// "context: message", the kind unchanged.
inline Error AddContext(Error error, const std::string& context) {
  error.message = context + ": " + error.message;
  return error;
}

}  // namespace ecm

#define ECM_CONCAT_INNER(a, b) a##b
#define ECM_CONCAT(a, b) ECM_CONCAT_INNER(a, b)

/// ECM_TRY(const int x, F()): declares x with F's value, or returns F's error from this function.
#define ECM_TRY(declaration, expression) \
  ECM_TRY_IMPL(ECM_CONCAT(ecm_try_, __LINE__), declaration, expression)
#define ECM_TRY_IMPL(name, declaration, expression)                   \
  auto name = (expression);                                           \
  if (!name.has_value()) return ::ecm::Fail(std::move(name).error()); \
  declaration = *std::move(name)

/// The same where the value is of no interest.
#define ECM_TRY_VOID(expression) ECM_TRY_VOID_IMPL(ECM_CONCAT(ecm_try_, __LINE__), expression)
#define ECM_TRY_VOID_IMPL(name, expression) \
  if (auto name = (expression); !name.has_value()) return ::ecm::Fail(std::move(name).error())
