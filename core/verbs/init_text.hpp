#pragma once

#include <string>

#include "base/secret.hpp"
#include "verbs/init_answers.hpp"

// What `dragoman init` writes and says.
namespace dragoman::verbs {

/// The configuration file, with a comment on what an operator changes first.
std::string configuration_text(const Answers& answers, const Secret<std::string>& secret);

/// What the XMPP server has to be told: Lua for Prosody, YAML for ejabberd, to be put there as it is.
std::string server_snippet(const Answers& answers, const Secret<std::string>& secret);

/// Where the snippet belongs and how the server reads it, a sentence for each step.
std::string server_steps(const Answers& answers);

}  // namespace dragoman::verbs
