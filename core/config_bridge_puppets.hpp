#pragma once

#include <optional>
#include <string>

#include "base/settings.hpp"
#include "bridge/plan.hpp"

namespace dragoman {

/// `mode` and `puppets` of a [[bridge]] or one of its legs; `usual` where they say nothing. Mistakes go to the
/// settings.
bridge::PuppetPlan read_puppets(Settings& table, bridge::PuppetPlan usual);

/// How who speaks elsewhere is shown on IRC and Matrix: `style` and `connections` of a [[bridge]] or one of its legs.
struct IrcStyle {
  enum class Way {
    automatic,    ///< the best of these that there is; connections where the operator has written the table
    connections,  ///< each over a connection of their own
    relaymsg,     ///< by the bot, under their name where the server lets it
    relay,        ///< by the bot, their name in front
    ghosts,       ///< on Matrix alone: as users of their own
  };
  Way way = Way::automatic;
  std::optional<bridge::PuppetPlan> connections{};  ///< nothing: the operator has not written the table
};
IrcStyle read_irc_style(Settings& table, const IrcStyle& usual);

/// A leg whose network is known: what it makes of the style. `format`: in front of a text where the bot does not show
/// who speaks otherwise. Mistakes go to the settings.
void apply_irc_style(const IrcStyle& style, bool is_irc, const std::string& format, Settings& table,
                     bridge::LegPlan& leg);

}  // namespace dragoman
