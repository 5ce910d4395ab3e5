// The plan, as TypeScript wrote it: see NativeBirth and NativeLife in src/kernel/native.ts.
#include "doors.h"

using Napi::Value;

namespace {

std::vector<std::string> strings(const Value& value) {
  const auto array = value.As<Napi::Array>();
  const uint32_t length = array.Length();
  std::vector<std::string> out;
  out.reserve(length);
  for (uint32_t i = 0; i < length; i++) out.push_back(array.Get(i).ToString());
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& from) {
  std::vector<char*> out;
  for (auto& text : from) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// { target | exact | entry: path }: see Argument::Base.
void readPathInRoot(const Napi::Object& from, Argument& argument) {
  const std::pair<const char*, Argument::Base> bases[] = {
      {"target", Argument::Target}, {"exact", Argument::Exact}, {"entry", Argument::Entry}};
  for (const auto& [name, base] : bases) {
    if (!from.Has(name)) continue;
    argument.base = base;
    argument.text = from.Get(name).ToString();
    argument.resolved = std::make_unique<char[]>(resolvedSize);
  }
}

Argument readArgument(const Value& value) {
  Argument argument;
  switch (value.Type()) {
    case napi_number:
      argument.number = value.As<Napi::Number>().Int64Value();
      break;
    case napi_null:
    case napi_undefined:
      argument.null = true;
      break;
    case napi_object:
      if (value.IsTypedArray()) {
        const auto bytes = value.As<Napi::Uint8Array>();
        argument.text.assign(reinterpret_cast<const char*>(bytes.Data()), bytes.ByteLength());
        break;
      }
      readPathInRoot(value.As<Napi::Object>(), argument);
      break;
    default:
      argument.text = value.ToString();
  }
  return argument;
}

Call readCall(const Napi::Array& from) {
  const std::string name = from.Get(0u).ToString();
  Call call = {operationNamed(name), {}};
  if (!call.operation) throw Napi::TypeError::New(from.Env(), "no call is named " + name);
  const uint32_t length = from.Length();
  call.args.reserve(length);
  for (uint32_t i = 1; i < length; i++) call.args.push_back(readArgument(from.Get(i)));
  return call;
}

}  // namespace

void readBirth(const Napi::Object& from, Plan& plan) {
  plan.flags = from.Get("flags").As<Napi::Number>().Int64Value();
  plan.shareMemory = from.Get("shareMemory").ToBoolean();
  plan.cgroup = from.Get("cgroup").As<Napi::Number>().Int32Value();
  plan.program = from.Get("program").As<Napi::Number>().Int32Value();
  const auto stdio = from.Get("stdio").As<Napi::Array>();
  for (uint32_t i = 0; i < 3; i++) plan.stdio[i] = Value(stdio[i]).As<Napi::Number>().Int32Value();
  const auto keep = from.Get("keep").As<Napi::Array>();
  for (uint32_t i = 0; i < keep.Length(); i++) plan.keep.push_back(Value(keep[i]).As<Napi::Number>().Int32Value());
}

void readLife(const Napi::Object& from, Plan& plan) {
  const auto calls = from.Get("calls").As<Napi::Array>();
  const uint32_t length = calls.Length();
  plan.calls.reserve(length);
  for (uint32_t i = 0; i < length; i++) plan.calls.push_back(readCall(calls.Get(i).As<Napi::Array>()));
  plan.beside = from.Get("beside").As<Napi::Number>().Uint32Value();
  plan.asks = from.Get("asks").ToBoolean();
  plan.openFiles = from.Get("openFiles").As<Napi::Number>().Int64Value();
  plan.argv = strings(from.Get("argv"));
  plan.env = strings(from.Get("env"));
  plan.paths = strings(from.Get("paths"));
  plan.argvPointers = pointers(plan.argv);
  plan.envPointers = pointers(plan.env);
}
