#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "bridge/message_map.hpp"
#include "bridge/policies.hpp"
#include "bridge/relay_format.hpp"
#include "bridge/source.hpp"
#include "chat/capabilities.hpp"
#include "chat/command.hpp"

// What is said on one leg in the language of another: who speaks, when, and about what.
namespace dragoman::bridge {

/// How a leg says what others have said elsewhere.
struct Voice {
  const RelayFormat* format = nullptr;  ///< nullptr: the network shows Content::shown_author in its own way
  chat::Capabilities can;
  const Policies& policies;
  std::function<bool(std::string_view name)> is_there;  ///< whether somebody of this name would be called by it
  std::string_view link;                                ///< where a text is that is too long to be said; empty: nowhere
  bool own = false;                                     ///< who says it speaks for themselves: nothing says who it is
};

/// Whether a leg with these capabilities is told this at all; a text in its place counts.
bool is_told(const chat::Command& command, const chat::Capabilities& can, const Policies& policies);
/// Whether reactions are told as lines there.
bool reacts_in_lines(const chat::Capabilities& can, const Policies& policies);
/// How an edit is told that was made at a time (Source::said) to a message; of which nothing is known: natively.
EditPolicy::How how_to_edit(const Policies& policies, const chat::Capabilities& can, const Counterpart& edited,
                            Timestamp time);
/// Whether what this is about has to be found first, to name it or to quote it.
bool needs_counterpart(const chat::Command& command, const Source& source, const chat::Capabilities& can,
                       const Policies& policies);

/// The stored command of a row (with the name of who said it as shown_author) as it is performed now.
/// `speaker`: who said it; `counterpart`: of what it is about, as far as it is known.
/// Examples, in a format "<{nick}> ", for a network that knows nothing but text:
///   "hello" -> "<alice> hello"; said two hours ago -> "[10:02] <alice> hello"; an action -> "* alice hello"
///   a reply "yes" to bob of that network -> "<alice> bob: yes"; an edit -> "<alice> hello (edited)"
///   a reaction -> "* alice 👍 \"what it was about\""
chat::Command rendered(const chat::Command& stored, const Source& source, const Speaker& speaker, const Voice& voice,
                       const Counterpart& counterpart, Timestamp now);

/// "10:02", or with the day when it was not today; UTC.
std::string time_for_people(Timestamp time, Timestamp now);

}  // namespace dragoman::bridge
