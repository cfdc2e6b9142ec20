#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "chat/account.hpp"
#include "chat/form.hpp"

namespace dragoman::chat {

/// Show this to the person and wait; the dialog goes on by itself (SSO, device grant).
struct Wait {
  std::string text;
  std::string uri;
  std::string code;
};
/// It is over: done, or `failed`, with nothing that could be filled in better.
struct Finished {
  std::string text;
  Form result;
  bool failed = false;
  /// The person has logged in: this is their account from now on, as Network::log_in would give it.
  std::optional<Account> account{};
};
/// The answer was not good enough; `field` names which one (may be empty). The form may be submitted again.
struct Refused {
  Fault fault = Fault::unacceptable;
  std::string field;
  std::string text;
};

using Step = std::variant<Form, Wait, Finished, Refused>;

/// Everything that asks a person something: registration, log-in, settings, hooks, bridges, operator commands. The
/// gateway shows it as jabber:iq:register, as an ad-hoc command or as questions in a chat.
class Dialog {
 public:
  virtual ~Dialog() = default;
  /// Called with each step, the first one soon after the dialog was opened, and never from inside open or submit.
  using Show = std::function<void(const Step&)>;
  virtual void submit(const Fields& answers) = 0;
  /// Shows again what came before this form; only where Form::back says so.
  virtual void back() {}
  virtual void cancel() = 0;
};

/// What a network offers to do with a person.
struct DialogOffer {
  /// `registering`: who has an account here, or may get one.
  enum class Audience { anybody, registering, registered, admin };
  std::string name;  ///< stable, e.g. "register"; the ad-hoc node and the chat command
  std::string title;
  Audience audience = Audience::registered;
  bool of_part = false;  ///< of a network in parts: offered at the address of each, which is then Account::part
};

}  // namespace dragoman::chat
