#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "net/address.hpp"
#include "net/task.hpp"

#include <memory>
#include <string>
#include <vector>

namespace dragoman::net {

class Loop;

/// Asks the system for the addresses of names. getaddrinfo(3) blocks, for half a minute when a name server is silent, so
/// it runs on up to eight threads that exist only while somebody asks: one slow name (a person may have chosen it) does
/// not hold up the others. Asio's resolver has one thread, and a program that ends would wait for it.
class Resolver {
 public:
  explicit Resolver(Loop& loop);
  ~Resolver();  // waits for nobody: a thread that still asks finds its loop gone
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// The addresses in the order of preference of the system (RFC 6724), at least one. Faults: not_found, unavailable
  /// (the name server gave no answer), timeout (at `deadline`), closed (stopped). A numeric host is not asked for.
  Task<Result<std::vector<Address>>> resolve(std::string host, std::uint16_t port, Instant deadline);

 private:
  struct Question;
  struct Threads;
  static void work(std::shared_ptr<Threads> threads);
  static Result<std::vector<Address>> ask_system(const std::string& host, std::uint16_t port);

  Loop& loop_;
  std::shared_ptr<Threads> threads_;  // shared with the threads, which may outlive the loop
};

}  // namespace dragoman::net
