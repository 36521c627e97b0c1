import MoltBytes
import MoltErrors
import MoltMessagePack
import MoltWorkerClient
import MoltWorkerWire

/// The entry of libFuzzer: every input is taken for the bytes of a connection.
///
/// Whole and in two parts it must give the same frames, and nothing the frames hold may trap the
/// codecs or the machine.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFrames(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // A copy of exactly this size, so that AddressSanitizer sees a read past its end.
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let whole = Decoded([bytes[...]])
  let cut = count == 0 ? 0 : Int(bytes[count - 1]) * count / 256
  let parts = Decoded([bytes[..<cut], bytes[cut...]])
  precondition(whole == parts, "the frames depend on where the stream is cut")
  var machine = WorkerConnectionMachine()
  for (index, frame) in whole.frames.enumerated() {
    _ = try? ReplyHeader(decoding: frame)
    readShareReply(frame)
    digest(frame)
    guard let message = try? RequestMessage(decoding: frame) else { continue }
    let action = machine.receive(message, arrival: UInt64(index))
    perform(action, on: &machine, succeeded: frame.count % 2 == 0)
    if index % 7 == 6 { _ = machine.expire(now: UInt64(index) << 24) }
    if index % 64 == 63 { machine.drain() }
  }
  _ = machine.close()
  return 0
}

/// Reads the frame as what a worker says of its shared memory.
private func readShareReply(_ frame: [UInt8]) {
  var reader = MessagePackReader(frame.span)
  _ = try? ShareReply(reading: &reader)
}

/// Reads the frame as the client does that waits for an answer, perhaps in shared memory.
private func digest(_ frame: [UInt8]) {
  var request = WorkerExchange.Request(id: 1, statement: 1)
  request.sharedByteCount = 4096
  var answer = PartialAnswer(request)
  var output = ByteWriter(capacity: frame.count + 4)
  for shift in [24, 16, 8, 0] { output.append(UInt8(truncatingIfNeeded: frame.count >> shift)) }
  output.append(frame.span)
  _ = try? answer.digest(&output)
  precondition(answer.sharedByteCount ?? 0 <= 4096, "more is believed than is shared")
}

/// Reports every second piece of work at once, so that some stays open.
private func perform(
  _ action: ConnectionAction,
  on machine: inout WorkerConnectionMachine,
  succeeded: Bool
) {
  switch action {
  case .prepare(_, let request):
    for next in machine.finishPrepare(request.statement, succeeded: succeeded).actions {
      perform(next, on: &machine, succeeded: succeeded)
    }
  case .run(let id, _, _), .health(let id):
    if succeeded { _ = machine.finish(id) }
  default: break
  }
}

/// What a decoder makes of a stream.
private struct Decoded: Equatable {
  var frames: [[UInt8]] = []
  var error: FrameError?

  init(_ parts: [ArraySlice<UInt8>]) {
    var limits = FrameLimits()
    limits.frameByteCount = 4096
    var decoder = FrameDecoder(limits: limits)
    do throws(FrameError) {
      for part in parts {
        decoder.append(part.span)
        while let frame = try decoder.next() { frames.append(frame) }
      }
    } catch {
      self.error = error
    }
  }
}

extension ReplyHeader {
  fileprivate init(decoding frame: [UInt8]) throws {
    var reader = MessagePackReader(frame.span)
    try self.init(reading: &reader)
  }
}
