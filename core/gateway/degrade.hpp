#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "chat/capabilities.hpp"
#include "chat/command.hpp"
#include "gateway/returned.hpp"

// What is asked of a network that cannot do what a person wants: readable text in its place, or an error for the
// sender; never silence.
namespace dragoman::gateway {

/// What a network has to do for this message, beyond sending text; nothing when it is only that.
std::optional<chat::Feature> feature_of(const chat::Command& command, const Reference& reference);

/// Why a network with these capabilities cannot be asked this at all, in words for the sender; nothing when it can.
/// Fault::unsupported, or unacceptable for reactions (clients take them back then, XEP-0444 4.3).
std::optional<Error> refusal_of(const chat::Command& command, const chat::Capabilities& can, std::string_view network);

/// The same in the language of a network with these capabilities. `addressee`: the nickname of whom a reply in a room
/// answers; empty: not known. Examples for one that knows none of it:
///   reply "yes" to bob in a room -> "bob: yes"; outside, or to nobody known, its quotation stays: "> tea?\nyes"
///   edit -> "* the better text"; subject "Tea" with a text -> "Subject: Tea\nthe text"
chat::Command degraded(const chat::Command& command, const Reference& reference, const chat::Capabilities& can,
                       std::string_view addressee);

}  // namespace dragoman::gateway
