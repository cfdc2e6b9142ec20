#include "backends/irc/isupport.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

std::size_t number(std::string_view value, std::size_t fallback) {
  std::size_t result = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
  return error == std::errc{} && end == value.data() + value.size() ? result : fallback;
}

/// "\xHH" stands for one byte (005 cannot carry a space or "=" otherwise).
std::string unescape(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    unsigned byte = 0;
    if (value[i] == '\\' && i + 3 < value.size() && value[i + 1] == 'x' &&
        std::from_chars(&value[i + 2], &value[i + 2] + 2, byte, 16).ptr == &value[i + 2] + 2) {
      out += static_cast<char>(byte);
      i += 3;
    } else {
      out += value[i];
    }
  }
  return out;
}

}  // namespace

bool Isupport::apply(const Message& message) {
  const Casemap before = casemap;
  // ngIRCd ends a 005 with ":is my network name": the prose is known by its place, not by its words.
  for (std::size_t i = 1; i + 1 < message.count; ++i) {
    std::string_view token = message.params[i];
    const bool removed = token.starts_with('-');
    if (removed) token.remove_prefix(1);
    const auto mark = token.find('=');
    const std::string value = mark == std::string_view::npos ? std::string{} : unescape(token.substr(mark + 1));
    set(token.substr(0, mark), value, removed);
  }
  return casemap != before;
}

void Isupport::set(std::string_view key, std::string_view value, bool removed) {
  static const Isupport defaults;
  if (key == "CASEMAPPING") {
    casemap = removed ? defaults.casemap : parse_casemap(value);
  } else if (key == "CHANTYPES") {
    channel_types = removed ? defaults.channel_types : value;
  } else if (key == "PREFIX") {
    const auto close = value.find(')');
    if (removed || !value.starts_with('(') || close == std::string_view::npos || value.size() != 2 * close) {
      prefix_modes = value.empty() && !removed ? std::string{} : defaults.prefix_modes;
      prefix_symbols = value.empty() && !removed ? std::string{} : defaults.prefix_symbols;
      return;
    }
    prefix_modes = value.substr(1, std::min<std::size_t>(close - 1, 8));
    prefix_symbols = value.substr(close + 1, prefix_modes.size());
  } else if (key == "CHANMODES") {
    const auto kinds = text::split(value, ',');
    if (removed || kinds.size() < 4) {
      list_modes = defaults.list_modes;
      key_modes = defaults.key_modes;
      limit_modes = defaults.limit_modes;
      flag_modes = defaults.flag_modes;
      return;
    }
    list_modes = kinds[0];
    key_modes = kinds[1];
    limit_modes = kinds[2];
    flag_modes = kinds[3];
  } else if (key == "STATUSMSG") {
    status_message = removed ? std::string_view{} : value;
  } else if (key == "NETWORK") {
    network = removed ? std::string_view{} : value;
  } else if (key == "draft/ICON" || key == "ICON" || key == "soju.im/ICON") {
    icon = removed ? std::string_view{} : value;
  } else if (key == "NICKLEN" || (key == "MAXNICKLEN" && nick_length == 0)) {
    nick_length = number(value, 0);
  } else if (key == "CHANNELLEN") {
    channel_length = number(value, 0);
  } else if (key == "TOPICLEN") {
    topic_length = number(value, 0);
  } else if (key == "KICKLEN") {
    kick_length = number(value, 0);
  } else if (key == "AWAYLEN") {
    away_length = number(value, 0);
  } else if (key == "NAMELEN") {
    name_length = number(value, 0);
  } else if (key == "KEYLEN") {
    key_length = number(value, 0);
  } else if (key == "MONITOR" || key == "WATCH") {
    auto& limit = key == "MONITOR" ? monitor : watch;
    limit.reset();
    if (!removed) limit = number(value, 0);
  } else if (key == "CHATHISTORY") {
    history.reset();
    if (!removed) history = number(value, 0);
  } else if (key == "MSGREFTYPES") {
    const auto types = text::split(value, ',');
    refers_by_id = !removed && std::find(types.begin(), types.end(), "msgid") != types.end();
  } else if (key == "LINELEN") {
    line_length = number(value, 0);
  } else if (key == "MODES") {
    modes_a_line = removed ? defaults.modes_a_line : number(value, 20);  // without a value: no limit
  } else if (key == "TARGMAX") {
    join_targets = 0;
    for (const std::string_view each : text::split(value, ',')) {
      if (each.starts_with("JOIN:")) join_targets = number(each.substr(5), 0);
    }
  } else if (key == "SILENCE") {
    silence = !removed && number(value, 1) > 0;
  } else if (key == "CLIENTTAGDENY") {
    denied_tags = removed ? std::string_view{} : value;
  } else if (key == "WHOX") {
    whox = !removed;
  } else if (key == "soju.im/SAFERATE") {
    safe_rate = !removed;
  } else if (key == "NAMESX") {
    all_prefixes = !removed;
  } else if (key == "UHNAMES") {
    user_hosts = !removed;
  } else if (key == "EXTBAN") {
    extban_sign = removed ? std::string_view{} : value.substr(0, value.find(','));
  } else if (key == "ACCOUNTEXTBAN") {
    account_extbans = removed ? std::string_view{} : value;
  } else if (key == "BOT") {
    bot_mode = removed || value.empty() ? char{0} : value.front();
  } else if (key == "DEAF") {
    deaf_mode = removed ? char{0} : value.empty() ? 'D' : value.front();
  } else if (key == "draft/ACCOUNTREQUIRED" || key == "ACCOUNTREQUIRED") {
    account_required = !removed;
  } else if (key == "BOUNCER_NETID") {
    bound_to_network = !removed && !value.empty();
  } else if (key == "UTF8ONLY") {
    utf8_only = !removed;
  } else if (key == "ELIST") {
    list_by_mask = !removed && value.find('M') != std::string_view::npos;
  }
}

}  // namespace dragoman::backends::irc
