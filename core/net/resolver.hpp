#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "net/address.hpp"
#include "net/task.hpp"

namespace dragoman::net {

class Loop;

/// Asks the system for the addresses of names. getaddrinfo(3) blocks, for half a minute when a name server is silent,
/// so it runs on up to eight threads that exist only while somebody asks: one slow name (a person may have chosen it)
/// does not hold up the others. Asio's resolver has one thread, and a program that ends would wait for it.
class Resolver {
 public:
  using Answer = Result<std::vector<Address>>;
  /// Blocks; called on threads of the resolver.
  using Lookup = std::function<Answer(const std::string& host, std::uint16_t port)>;
  static constexpr int most_threads = 8;

  explicit Resolver(Loop& loop, Lookup lookup = ask_system);
  ~Resolver();  // waits for nobody: a thread that still asks finds its loop gone
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// The addresses in the order of preference of the system (RFC 6724), at least one. Faults: not_found, unavailable
  /// (the name server gave no answer), timeout (at `deadline`), closed (stopped). A numeric host is not asked for.
  Task<Answer> resolve(std::string host, std::uint16_t port, Instant deadline);

 private:
  struct Question;
  struct Threads;
  struct Forget;
  static Answer ask_system(const std::string& host, std::uint16_t port);
  static void work(std::shared_ptr<Threads> threads);
  void ask(std::shared_ptr<Question> question);

  Loop& loop_;
  std::shared_ptr<Threads> threads_;  // shared with the threads, which may outlive the loop
};

}  // namespace dragoman::net
