#pragma once

#include <string>
#include <utility>

#include "net/http_server.hpp"

namespace dragoman::test {

/// One request to a route, as its handler has it, and what was answered.
class AskedOnce final : public net::HttpExchange {
 public:
  const net::HttpHead& head() const override { return asked; }
  net::Task<Result<std::string>> read() override { return read_all(); }
  net::Task<Result<std::string>> read_all() override { co_return std::exchange(body, std::string{}); }
  net::Task<Result<void>> answer(net::HttpResponse response) override {
    answered = std::move(response);
    co_return Result<void>{};
  }
  net::Task<Result<void>> begin(net::HttpResponse, std::optional<std::uint64_t>) override { co_return Result<void>{}; }
  net::Task<Result<void>> write(std::string) override { co_return Result<void>{}; }
  void break_off() override {}

  net::HttpHead asked;
  std::string body;
  net::HttpResponse answered;
};

}  // namespace dragoman::test
