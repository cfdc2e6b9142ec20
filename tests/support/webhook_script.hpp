#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backends/webhook/address.hpp"
#include "backends/webhook/file_desk.hpp"
#include "backends/webhook/file_store.hpp"
#include "backends/webhook/hub.hpp"
#include "backends/webhook/ingress.hpp"
#include "backends/webhook/session.hpp"
#include "backends/webhook/token.hpp"
#include "base/names.hpp"
#include "media/links.hpp"
#include "support/fake_uploader.hpp"
#include "support/fixed_random.hpp"
#include "support/loop_test.hpp"

namespace dragoman::backends::webhook {

/// A request, and what is answered to it.
struct PlayedExchange final : net::HttpExchange {
  net::HttpHead asked;
  std::vector<std::string> pieces;  // of the body
  std::optional<net::HttpResponse> answered;

  const net::HttpHead& head() const override { return asked; }
  net::Task<Result<std::string>> read() override {
    if (pieces.empty()) co_return std::string{};
    std::string piece = std::move(pieces.front());
    pieces.erase(pieces.begin());
    co_return piece;
  }
  net::Task<Result<std::string>> read_all() override { return read(); }
  net::Task<Result<void>> answer(net::HttpResponse response) override {
    answered = std::move(response);
    co_return Result<void>{};
  }
  net::Task<Result<void>> begin(net::HttpResponse response, std::optional<std::uint64_t>) override {
    return answer(std::move(response));
  }
  net::Task<Result<void>> write(std::string) override { co_return Result<void>{}; }
  void break_off() override {}
};

/// Somebody who listens.
struct Listener final : chat::Observer {
  std::vector<chat::Event> events;
  void on_event(const chat::Event& event) override { events.push_back(event); }

  template <class Event>
  std::vector<Event> all() const {
    std::vector<Event> found;
    for (const chat::Event& each : events) {
      if (const auto* event = std::get_if<Event>(&each)) found.push_back(*event);
    }
    return found;
  }
  std::vector<std::string> texts() const {
    std::vector<std::string> found;
    for (const auto& each : all<chat::MessageReceived>()) found.push_back(each.content.text);
    return found;
  }
};

/// Hooks, people and programs, without sockets; what is kept outlives a restart().
struct HooksScript : test::LoopTest {
  HooksScript() {
    services.kept = [this](const std::string& key) { return kept[key]; };
    services.keep = [this](const std::string& key, const std::string& text) { put(key, text); };
    services.kept_of = [this](const std::string& owner, const std::string& key) {
      return Secret<std::string>{kept[owner + '\n' + key]};
    };
    services.keep_of = [this](const std::string& owner, const std::string& key, const Secret<std::string>& text) {
      put(owner + '\n' + key, text.reveal());
    };
    services.occupant_id = [](std::string_view identity) { return "id of " + std::string{identity}; };
    services.route = [](net::HttpRoute) { return Result<void>{}; };
    services.when_taken = [this](std::function<void()> taken) {
      if (server_takes) return loop.post(std::move(taken));
      loop.post([this] { clock.advance(std::chrono::seconds{8}); });
    };
    services.public_url = "https://gateway.test";
    services.key = "a secret";
    services.links = &links;
    services.uploader = &uploader;
    begin();
  }
  ~HooksScript() override { end(); }

  void begin() {
    hub = std::make_unique<Hub>("hook.test", config, services, names);
    hub->start();
    store = std::make_unique<FileStore>(services, config.files_per_owner);
    store->load();
    desk = std::make_unique<FileDesk>(services, *store);
    ingress = std::make_unique<Ingress>(*hub, *desk);
  }
  void end() {
    people.clear();
    ingress.reset();
    hub->stop();
    while (!hub->idle()) loop.turn();
    hub.reset();
  }
  void restart() {
    end();
    begin();
  }

  /// A hook of alice; its token.
  std::string make(
      const std::string& name, const std::function<void(Hook&)>& change = [](Hook&) {}) {
    const Secret<std::string> token = make_token(random);
    Hook hook;
    hook.name = name;
    hook.owner = "alice@test";
    hook.made = clock.utc();
    hook.tokens.push_back({hash_of_token(bare_token(token.reveal())), std::nullopt});
    change(hook);
    EXPECT_TRUE(hub->add(std::move(hook)).has_value());
    return token.reveal();
  }
  Listener& comes(const std::string& jid) {
    auto& [listener, session] = people[jid];
    listener = std::make_unique<Listener>();
    chat::Account account;
    account.owner = jid;
    account.is_bridge = is_bridge;
    account.nickname = jid.substr(0, jid.find('@'));
    session = std::make_unique<Session>(*hub, account, *listener);
    session->start();
    settle();
    return *listener;
  }
  void asks(const std::string& jid, const chat::Command& command) {
    people.at(jid).second->perform(chat::CommandId{++last_command}, command);
    settle();
  }

  /// What the route does with a POST.
  net::HttpResponse posts(const std::string& path, std::string body, net::HttpFields fields = {},
                          const std::string& method = "POST") {
    PlayedExchange exchange;
    exchange.asked.method = method;
    const auto question = path.find('?');
    exchange.asked.path = path.substr(0, question);
    exchange.asked.query = question == std::string::npos ? std::string{} : path.substr(question + 1);
    if (!fields.has("Content-Type")) fields.set("Content-Type", "text/plain");
    exchange.asked.fields = std::move(fields);
    exchange.asked.caller = caller;
    exchange.asked.length = body.size();
    if (auto refused = ingress->admit(exchange.asked)) return *refused;
    exchange.pieces = {std::move(body)};
    tasks.spawn([&] { return ingress->handle(exchange); });
    turn_until([&] {
      loop.post([] {});
      if (pressure.high()) clock.advance(std::chrono::milliseconds{100});  // somebody waits for it to be released
      return exchange.answered.has_value();
    });
    settle();
    return *exchange.answered;
  }

  void put(const std::string& key, const std::string& text) {
    if (text.empty()) {
      kept.erase(key);
    } else {
      kept[key] = text;
    }
  }

  test::FixedRandom random;
  net::Pressure pressure{loop};
  std::map<std::string, std::string> kept;
  Names names;
  media::Links links{clock, {"https://gateway.test", "hook.test", "a secret"}};
  test::FakeUploader uploader;
  Services services{loop, random,         pressure, [](std::string_view nickname) { return std::string{nickname}; },
                    {},   "dragoman test"};
  Config config;
  std::string caller = "192.0.2.7";
  std::unique_ptr<Hub> hub;
  std::unique_ptr<FileStore> store;
  std::unique_ptr<FileDesk> desk;
  std::unique_ptr<Ingress> ingress;
  std::map<std::string, std::pair<std::unique_ptr<Listener>, std::unique_ptr<Session>>> people;
  std::uint64_t last_command = 0;
  bool server_takes = true;  // what is said; else time passes
  bool is_bridge = false;    // who comes from now on
};

}  // namespace dragoman::backends::webhook
