#include "net/resolver.hpp"

#include <cstring>
#include <deque>
#include <functional>
#include <mutex>
#include <netdb.h>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "net/loop.hpp"
#include "net/wakeup.hpp"

namespace dragoman::net {

struct Resolver::Question {
  std::string host;
  std::uint16_t port = 0;
  // Used on the loop's thread only. Empty once nobody waits any more.
  std::function<void()> answered;
  std::optional<Answer> answer;
};

struct Resolver::Threads {
  const Lookup lookup;
  std::mutex mutex;  // guards what follows
  Loop* loop = nullptr;
  std::deque<std::shared_ptr<Question>> waiting;
  int running = 0;
};

namespace {

Error to_error(const std::string& host, int code) {
  const int error = errno;
  switch (code) {
    case EAI_NONAME:
#ifdef EAI_NODATA
    case EAI_NODATA:
#endif
      return Error{Fault::not_found, "there is no host \"" + host + "\": check its spelling"};
    case EAI_AGAIN:
      return Error{Fault::unavailable, "the name server gave no answer for \"" + host + '"'};
    case EAI_SYSTEM:
      return Error{Fault::unavailable, "\"" + host + "\" could not be resolved: " + std::strerror(error)};
    default:
      return Error{Fault::unavailable, "\"" + host + "\" could not be resolved: " + gai_strerror(code)};
  }
}

}  // namespace

Resolver::Answer Resolver::ask_system(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (code != 0) return to_error(host, code);
  std::vector<Address> addresses;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    Address& address = addresses.emplace_back();
    std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
    address.size = entry->ai_addrlen;
  }
  freeaddrinfo(list);
  return addresses;
}

Resolver::Resolver(Loop& loop, Lookup lookup)
    : loop_(loop), threads_(new Threads{std::move(lookup), {}, &loop, {}, 0}) {}

Resolver::~Resolver() {
  const std::lock_guard lock{threads_->mutex};
  threads_->loop = nullptr;
  threads_->waiting.clear();
}

void Resolver::work(std::shared_ptr<Threads> threads) {
  std::unique_lock lock{threads->mutex};
  while (!threads->waiting.empty()) {
    const std::shared_ptr<Question> question = std::move(threads->waiting.front());
    threads->waiting.pop_front();
    lock.unlock();
    auto answer = threads->lookup(question->host, question->port);
    lock.lock();
    if (threads->loop == nullptr) break;
    threads->loop->post([question, answer = std::move(answer)] {
      if (!question->answered) return;
      question->answer = answer;
      question->answered();
    });
  }
  --threads->running;
}

void Resolver::ask(std::shared_ptr<Question> question) {
  const std::lock_guard lock{threads_->mutex};
  threads_->waiting.push_back(std::move(question));
  if (threads_->running == most_threads) return;
  try {
    std::thread{work, threads_}.detach();
    ++threads_->running;
  } catch (const std::system_error&) {  // no thread to be had: one that runs takes the question, or it times out
  }
}

/// The question outlives the frame of resolve() when nobody waits for its answer any more; a queued one is taken back.
struct Resolver::Forget {
  Threads& threads;
  const std::shared_ptr<Question>& question;
  ~Forget() {
    question->answered = nullptr;
    const std::lock_guard lock{threads.mutex};
    std::erase(threads.waiting, question);
  }
};

Task<Resolver::Answer> Resolver::resolve(std::string host, std::uint16_t port, Instant deadline) {
  if (const auto address = parse_address(host, port)) co_return std::vector<Address>{*address};
  Wakeup wakeup{loop_};
  const auto question = std::make_shared<Question>();
  question->host = host;
  question->port = port;
  question->answered = [&wakeup] { wakeup.wake(); };
  const std::shared_ptr<Threads> threads = threads_;
  const Forget forget{*threads, question};
  ask(question);
  Timer timer{loop_.timers()};
  timer.set(deadline, [&wakeup] { wakeup.wake(); });
  const bool woken = co_await wakeup.wait();
  if (!woken) co_return Error{Fault::closed, "stopped"};
  if (!question->answer) co_return Error{Fault::timeout, "the name server gave no answer for \"" + host + "\" in time"};
  co_return std::move(*question->answer);
}

}  // namespace dragoman::net
