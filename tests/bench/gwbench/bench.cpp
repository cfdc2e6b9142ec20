#include "bench.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <unistd.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "../common/text.hpp"
#include "steps.hpp"

namespace bench {
namespace {

namespace fs = std::filesystem;

std::string work_folder(const std::string& wanted) {
  if (!wanted.empty()) {
    fs::create_directories(wanted);
    return fs::absolute(wanted);
  }
  std::string made = "/tmp/gwbench.XXXXXX";
  if (mkdtemp(made.data()) == nullptr) throw std::runtime_error("cannot make a folder in /tmp");
  return made;
}

/// N of userN@xmpp.test/..., if there is such a user.
std::optional<std::size_t> user_of(const std::string& jid, std::size_t users) {
  if (!jid.starts_with("user")) return {};
  std::size_t user = 0;
  const char* const last = jid.data() + jid.size();
  const auto [end, error] = std::from_chars(jid.data() + 4, last, user);
  if (error != std::errc() || end == last || *end != '@' || user >= users) return {};
  return user;
}

}  // namespace

Bench::Bench(Options given)
    : options(std::move(given)),
      profile(load_profile(options.profile)),
      xmpp(loop, profile.domain, profile.secret, options.quickack),
      irc(loop, profile.irc_caps, options.users),
      gateway(profile, work_folder(options.dir)),
      report(options, profile.name),
      listener_(loop, irc, options.quickack),
      made_dir_(options.dir.empty()) {
  xmpp.on_stanza = [this](const Stanza& stanza) { receive(stanza); };
}

Bench::~Bench() { stop(); }

bool Bench::start() {
  const unsigned short component_port = xmpp.listen(profile.component_port);
  const unsigned short irc_port = listener_.listen(profile.irc_port);
  variables = {{"dir", gateway.dir()},
               {"bindir", fs::read_symlink("/proc/self/exe").parent_path()},
               {"profile_dir", fs::absolute(options.profile).parent_path()},
               {"domain", profile.domain},
               {"secret", profile.secret},
               {"comp_port", std::to_string(component_port)},
               {"irc_host", profile.irc_host},
               {"irc_port", std::to_string(irc_port)},
               {"U", std::to_string(options.users)}};
  make_users();
  if (!gateway.prepare(variables)) return false;

  const std::uint64_t begin = now_ns();
  gateway.start(variables, options.pin_gateway);
  pin_to_core(options.pin_self);
  if (!run_until([this] { return xmpp.authenticated_ns != 0; }, 30)) {
    if (gateway.alive()) {
      std::fprintf(stderr, "!! no handshake from %s in 30 s; the end of its output:\n%s\n", profile.name.c_str(),
                   gateway.last_words().c_str());
    }
    return false;
  }
  run_setup_steps(*this);
  run_for(0.5);
  const ProcessStat used = gateway.stat();
  report.emit({{"scenario", "start"},
               {"ms", rounded(static_cast<double>(xmpp.authenticated_ns - begin) * 1e-6, 1)},
               {"rss_kb", used.rss_kb},
               {"anon_kb", used.anon_kb},
               {"threads", used.threads},
               {"gw_cpu_ms", rounded(used.cpu * 1e3, 1)}});
  return true;
}

void Bench::stop() {
  irc.closing = true;
  gateway.ask_to_stop();
  const std::uint64_t deadline = now_ns() + 5'000'000'000ULL;
  while (!gateway.stopped() && now_ns() < deadline) loop.turn(std::chrono::milliseconds(50));
  gateway.kill_now();
  std::error_code ignored;
  if (made_dir_ && !options.keep) fs::remove_all(gateway.dir(), ignored);
}

void Bench::make_users() {
  users.resize(options.users);
  for (std::size_t i = 0; i < users.size(); ++i) {
    const std::string number = std::to_string(i);
    SimulatedUser& user = users[i];
    user.bare = "user" + number + "@xmpp.test";
    user.full = user.bare + "/res";
    user.nick = "u" + number;
    user.own_channel = &irc.channel("#own" + number);
    user.own_channel_jid = channel_jid(user.own_channel->name);
  }
}

void Bench::receive(const Stanza& stanza) {
  if (stanza.type == "error" && xmpp_errors++ < 3) {
    last_error = stanza.name + " error from " + stanza.from + " to " + stanza.to;
    if (options.verbose) std::fprintf(stderr, "   %s\n", last_error.c_str());
  }
  const auto user = user_of(stanza.to, users.size());
  if (!user) return;
  if (stanza.name == "presence" && stanza.type == "subscribe") {
    xmpp.send("<presence from='" + users[*user].bare + "' to='" + stanza.from + "' type='subscribed'/>");
    xmpp.send("<presence from='" + users[*user].full + "' to='" + stanza.from + "'/>");
  }
  if (on_stanza) on_stanza(*user, stanza);
}

bool Bench::run_until(const std::function<bool()>& done, double seconds) {
  const auto deadline = now_ns() + static_cast<std::uint64_t>(seconds * 1e9);
  while (true) {
    loop.flush();
    if (done()) return true;
    const std::uint64_t now = now_ns();
    if (now >= deadline || (xmpp.stream_lost && xmpp.authenticated_ns != 0)) return false;
    const std::chrono::nanoseconds left(deadline - now);
    const bool busy = loop.turn(std::min<std::chrono::nanoseconds>(left, std::chrono::milliseconds(100)));
    if (!busy && !gateway.alive()) return false;
  }
}

void Bench::run_for(double seconds) {
  run_until([] { return false; }, seconds);
}

std::string Bench::channel_jid(const std::string& channel) const {
  Variables known = variables;
  known.emplace_back("chan", channel);
  known.emplace_back("channame", channel.substr(1));
  return substitute(profile.channel_jid, known);
}

std::string Bench::user_jid(const std::string& nick) const {
  Variables known = variables;
  known.emplace_back("nick", nick);
  return substitute(profile.user_jid, known);
}

Variables Bench::variables_of(std::size_t user) const {
  Variables known = variables;
  known.emplace_back("n", std::to_string(user));
  known.emplace_back("user", "user" + std::to_string(user));
  known.emplace_back("jid", users[user].bare);
  known.emplace_back("full", users[user].full);
  known.emplace_back("nick", users[user].nick);
  return known;
}

std::unique_ptr<Profiler> Bench::profile_scenario(const std::string& scenario) {
  if (options.attach.empty()) return nullptr;
  const Variables known{
      {"pid", std::to_string(gateway.pid())}, {"scenario", scenario}, {"dir", gateway.dir()}, {"name", profile.name}};
  auto profiler = std::make_unique<Profiler>(substitute(options.attach, known));
  run_for(0.7);  // until it looks
  return profiler;
}

}  // namespace bench
