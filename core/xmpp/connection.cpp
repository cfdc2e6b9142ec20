#include "xmpp/connection.hpp"

#include <vector>

#include "base/log.hpp"
#include "net/backoff.hpp"
#include "net/loop.hpp"
#include "net/outbox.hpp"
#include "net/task_group.hpp"
#include "net/wakeup.hpp"
#include "xmpp/component_stream.hpp"

namespace dragoman::xmpp {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds shortest_delay{1}, longest_delay{60};
constexpr std::chrono::seconds ask_after{25}, dead_after{60};
// How long the server may take to close after our </stream:stream>: when we stop, and when the stream is broken anyway.
constexpr std::chrono::seconds farewell{3}, short_farewell{1};
// A stream that lived shorter than this did not work: the delays go on growing.
constexpr std::chrono::seconds worked_after{30};
constexpr std::size_t kept_outputs = 512;
constexpr std::size_t high_water = 4 * 1024 * 1024, low_water = 1024 * 1024;

}  // namespace

struct Connection::Inner final : LinkOutput {
  net::Loop& loop;
  Link& link;
  Options options;
  std::string server;
  net::Backoff backoff;
  net::Outbox outbox;
  net::TaskGroup tasks;
  std::string state_text = "not connected yet";
  std::function<void()> state_changed;
  std::vector<char> input;
  bool stopping = false, changed = false;

  // Of the connection that stands.
  std::unique_ptr<net::Stream> stream;
  std::unique_ptr<ComponentStream> xmpp;
  std::vector<ComponentStream::Output> outputs;
  ComponentStream::Failed failure;  // why it ended; `text` empty: it has not
  Instant heard{};                  // the last byte
  Instant ready_since{};
  bool asked = false;  // a ping was sent in this silence
  Timer silence, deadline;

  // Until the next attempt.
  std::optional<net::Wakeup> hurry;
  Timer pause;

  Inner(net::Loop& its_loop, Random& random, Link& its_link, Options its_options)
      : loop(its_loop),
        link(its_link),
        options(std::move(its_options)),
        server(net::to_string(options.server)),
        backoff(shortest_delay, longest_delay, random),
        outbox(loop.gate(), [this](const Error& error) { lost(error); }),
        tasks(loop),
        input(64 * 1024),
        silence(loop.timers()),
        deadline(loop.timers()),
        pause(loop.timers()) {
    outbox.on_drained(high_water, low_water, [this] { link.drained(); });
  }

  std::string& buffer() override { return outbox.buffer(); }
  void touch() override { outbox.touch(); }
  std::size_t backlog() const override { return outbox.backlog(); }

  void say(std::string state) {
    state_text = std::move(state);
    if (state_changed) state_changed();
  }
  /// Ends the connection; the reader notices.
  void lost(const Error& error) {
    if (failure.text.empty()) failure = {error.fault, {}, error.text, true};
    close();
  }
  void close() {
    if (stream) stream->close();
  }

  /// Notices a dead connection: asks after 25 s without a byte, gives up after 60 s.
  void watch() {
    const Duration silent = loop.clock().now() - heard;
    if (silent >= dead_after) return lost({Fault::timeout, "the server has said nothing for 60 seconds"});
    if (silent < ask_after) return silence.set(heard + ask_after, [this] { watch(); });
    asked = true;
    link.barrier([] {});
    silence.set(heard + dead_after, [this] { watch(); });
  }
  void hear() {
    heard = loop.clock().now();
    if (asked) silence.set(heard + ask_after, [this] { watch(); });
    asked = false;
  }

  void handle(const ComponentStream::Ready&) {
    if (changed) return;  // it is being closed
    ready_since = loop.clock().now();
    say("connected");
    const auto& network = link.jid();
    LOG_INFO("connected to the XMPP server", network, server);
    link.attach(*this);
  }
  void handle(const ComponentStream::Stanza& stanza) { link.receive(stanza.element); }
  void handle(const ComponentStream::Failed& failed) {
    if (failure.text.empty()) failure = failed;
    link.detach();
    // What says goodbye leaves at the end of the turn.
    deadline.set_after(short_farewell, [this] { close(); });
  }
  void handle_outputs() {
    std::vector<ComponentStream::Output> these = std::exchange(outputs, {});
    for (auto& output : these) std::visit([this](const auto& each) { handle(each); }, output);
    // Filled and emptied with every read: the memory is kept.
    these.clear();
    if (outputs.empty() && these.capacity() <= kept_outputs) outputs.swap(these);
  }

  net::Task<> run() {
    while (!stopping) {
      co_await connect_once();
      if (stopping) break;
      const bool worked = ready_since != Instant{} && loop.clock().now() - ready_since >= worked_after;
      if (worked || changed) backoff.reset();
      if (std::exchange(changed, false)) continue;
      const Duration delay = failure.may_retry ? backoff.next() : Duration{longest_delay};
      say("not connected: " + failure.text);
      const auto& network = link.jid();
      const auto& reason = failure.text;
      LOG_WARN("not connected to the XMPP server", network, server, reason, delay);
      hurry.emplace(loop);
      pause.set_after(delay, [this] { hurry->wake(); });
      co_await hurry->wait();
      pause.clear();
      hurry.reset();
    }
    loop.post([this] { tasks.stop(); });  // who stops us waits for the group, so `this` is still there
  }

  net::Task<> connect_once() {
    failure = {};
    ready_since = {};
    say("connecting to " + server);
    auto connected = co_await net::connect_tcp(loop, options.server, net::ConnectOptions());
    if (!connected) {
      failure = {connected.error().fault, {}, connected.error().text, true};
      if (failure.fault == Fault::unavailable) {
        failure.text +=
            ". Does the XMPP server run, and is this its component port (component_ports in Prosody, an "
            "ejabberd_service listener in ejabberd)?";
      }
      co_return;
    }
    if (stopping || changed) co_return;
    stream = std::move(*connected);
    xmpp = std::make_unique<ComponentStream>(link.jid().str(), options.secret);
    // Of this connection only: what waits for a slow server must be over before the stream is destroyed.
    net::TaskGroup writers{loop};
    outbox.attach(*stream, writers);
    xmpp->on_connected(outbox.buffer());
    outbox.touch();
    asked = false;
    heard = loop.clock().now();
    watch();
    co_await read();
    silence.clear();
    deadline.clear();
    link.detach();
    outbox.detach();
    net::Wakeup over{loop};
    writers.on_empty([&over] { over.wake(); });
    writers.stop();
    co_await over.wait();
    stream.reset();
    xmpp.reset();
  }

  /// Until the connection is closed by one of us.
  net::Task<> read() {
    for (;;) {
      const auto ready = co_await stream->readable();
      if (!ready) break;
      const auto got = stream->read(input);
      if (!got) break;
      if (*got == 0) continue;
      hear();
      const std::size_t before = outbox.buffer().size();
      xmpp->on_bytes({input.data(), *got}, outbox.buffer(), outputs);
      if (outbox.buffer().size() != before) outbox.touch();
      handle_outputs();
    }
    xmpp->on_closed(outputs);
    handle_outputs();
    stream->close();
  }

  void change(Options newer) {
    options = std::move(newer);
    server = net::to_string(options.server);
    if (stopping) return;
    if (hurry) {
      backoff.reset();
      return hurry->wake();
    }
    changed = true;
    if (!stream) return;  // the attempt under way decides: a stream of it is the wrong one
    say_goodbye();
  }

  void say_goodbye() {
    link.detach();
    xmpp->finish(outbox.buffer());
    outbox.touch();
    deadline.set_after(farewell, [this] { close(); });
  }

  void stop(std::function<void()> stopped) {
    if (std::exchange(stopping, true)) return;
    tasks.on_empty(std::move(stopped));
    say("stopped");
    // While it connects or waits there is nobody to say goodbye to.
    if (!stream) return tasks.stop();
    say_goodbye();
  }
};

Connection::Connection(net::Loop& loop, Random& random, Link& link, Options options)
    : inner_(std::make_unique<Inner>(loop, random, link, std::move(options))) {}
Connection::~Connection() = default;

void Connection::start() {
  inner_->tasks.spawn([inner = inner_.get()] { return inner->run(); });
}

void Connection::change(Options options) { inner_->change(std::move(options)); }

void Connection::stop(std::function<void()> stopped) { inner_->stop(std::move(stopped)); }

const std::string& Connection::state_text() const { return inner_->state_text; }
void Connection::on_state(std::function<void()> changed) { inner_->state_changed = std::move(changed); }

}  // namespace dragoman::xmpp
