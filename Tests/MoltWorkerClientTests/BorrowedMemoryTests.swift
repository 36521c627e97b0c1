import CMoltPlatform
import Glibc
import MoltBytes
import MoltErrors
import MoltWorkerClient
import MoltWorkerWire
import Testing

@Suite("Memory that a worker shares")
struct BorrowedMemoryTests {
  @Test("is mapped, and large answers are read from it")
  func sharedAnswer() throws {
    let peer = try Peer()
    let made = try Made()
    peer.share(byteCount: 8192, descriptor: made.descriptor)
    var asking = WorkerExchange(descriptor: peer.client, .init(id: 3, statement: 0))
    let memory = try asking.share()
    #expect(memory.byteCount == 8192)

    let text = Array("[1, 2]".utf8)
    made.write(text.span)
    peer.send(ReplyHeader(id: 4, .done, rows: 2, shared: UInt64(text.count)))
    var request = WorkerExchange.Request(id: 4, statement: 1)
    request.sharedByteCount = memory.byteCount
    var exchange = WorkerExchange(descriptor: peer.client, request)
    var output = ByteWriter()
    let arguments: [UInt8] = [0x90]
    #expect(try exchange.run(arguments.span, into: &output).rowCount == 2)
    #expect(memory.copy(try #require(exchange.sharedByteCount)) == text)
    // What it sent: the share, and a run that allows the answer to stand there.
    let sent = try peer.receivedRequests()
    #expect(sent.first == RequestMessage(.init(id: 3, .share), .share))
    let run = RunRequest(statement: 1, arguments: arguments, isShared: true)
    #expect(sent.last == RequestMessage(.init(id: 4, .run), .run(run)))
  }

  @Test("can be written by the worker alone, and not be shortened")
  func sealed() throws {
    let made = try Made()
    let access = PROT_READ | PROT_WRITE
    #expect(mmap(nil, 8192, access, MAP_SHARED, made.descriptor, 0) == MAP_FAILED)
    #expect(ftruncate(made.descriptor, 0) != 0)
    #expect(ftruncate(made.descriptor, 16384) != 0)
    #expect(write(made.descriptor, "x", 1) < 0)
    let memory = try #require(BorrowedMemory(descriptor: made.descriptor, byteCount: 8192))
    made.write([7].span)
    #expect(memory.copy(1) == [7])
  }

  @Test("says at its end which core its writer was on")
  func writerCore() throws {
    let made = try Made()
    let memory = try #require(BorrowedMemory(descriptor: made.descriptor, byteCount: 8192))
    #expect(memory.writerCore == -1)
    for core: CInt in [0, 1, 4095, -1] {
      made.setCore(core)
      #expect(memory.writerCore == core)
    }
    #expect(memory.copy(8192 - Int(MOLT_SHARED_MEMORY_TAIL)).allSatisfy { $0 == 0 })
  }

  @Test(
    "takes answers of any length from anywhere, and nothing beyond them",
    arguments: [0, 1, 63, 64, 65, 127, 128, 1000, 8128]
  )
  func writing(count: Int) throws {
    let made = try Made()
    let memory = try #require(BorrowedMemory(descriptor: made.descriptor, byteCount: 8192))
    var source = [UInt8](repeating: 0, count: 16 + count)
    for offset in [0, 1, 15, 16] {
      for index in source.indices { source[index] = UInt8(truncatingIfNeeded: index &* 7 + offset) }
      made.fill(with: 0xA5)
      made.write(source.span.extracting(offset..<offset + count))
      let found = memory.copy(8192)
      #expect(found.prefix(count).elementsEqual(source[offset..<offset + count]))
      #expect(found.dropFirst(count).allSatisfy { $0 == 0xA5 })
    }
  }

  /// What a worker would never send along.
  enum Lie: CaseIterable {
    case nothing, file, pipe, tooSmall, empty, odd, enormous
  }

  @Test("is not believed in when it could be cut short later", arguments: Lie.allCases)
  func lies(lie: Lie) throws {
    let peer = try Peer()
    var (byteCount, descriptor) = (UInt64(8192), CInt(-1))
    var ends: [CInt] = [-1, -1]
    switch lie {
    case .nothing: break
    case .file: descriptor = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
    case .pipe:
      try #require(pipe(&ends) == 0)
      descriptor = ends[0]
    case .tooSmall, .empty, .odd, .enormous:
      var address: UnsafeMutableRawPointer?
      descriptor = molt_shared_memory_create(4096, &address)
      munmap(address, 4096)
      byteCount = [.tooSmall: 8192, .empty: 0, .odd: 4095][lie] ?? .max
    }
    peer.share(byteCount: byteCount, descriptor: descriptor)
    for end in Set(ends + [descriptor]) where end >= 0 { close(end) }
    var asking = WorkerExchange(descriptor: peer.client, .init(id: 3, statement: 0))
    #expect(throws: WorkerExchange.Failure.mismatch) { _ = try asking.share() }
  }

  @Test("may be refused, and the connection goes on")
  func refused() throws {
    let peer = try Peer()
    let error = MoltError(.busy, "no memory is left to share")
    var payload = ByteWriter()
    error.append(to: &payload)
    peer.send(ReplyHeader(id: 3, .error), payload.span)
    var asking = WorkerExchange(descriptor: peer.client, .init(id: 3, statement: 0))
    #expect(throws: WorkerExchange.Failure.refused(error)) { _ = try asking.share() }
    peer.send(ReplyHeader(id: 4, .done, rows: 0))
    var exchange = WorkerExchange(descriptor: peer.client, .init(id: 4, statement: 1))
    var output = ByteWriter()
    #expect(try exchange.run(Span(), into: &output).rowCount == 0)
  }
}

/// Memory of 8 KiB, as a worker makes it.
private final class Made {
  let descriptor: CInt
  private let start: UnsafeMutableRawPointer

  init() throws {
    var address: UnsafeMutableRawPointer?
    descriptor = molt_shared_memory_create(8192, &address)
    start = try #require(address)
  }

  deinit {
    munmap(start, 8192)
    close(descriptor)
  }

  func write(_ bytes: Span<UInt8>) {
    bytes.withUnsafeBytes { molt_shared_memory_write(start, $0.baseAddress, $0.count) }
  }

  func fill(with byte: CInt) { memset(start, byte, 8192) }

  func setCore(_ core: CInt) { molt_shared_memory_set_core(start, 8192, core) }
}

/// A worker's end of a connection, which says beforehand what it answers.
private final class Peer {
  let client: CInt
  private let server: CInt

  struct Unexpected: Error {}

  init() throws {
    var ends: [CInt] = [-1, -1]
    guard socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0 else {
      throw Unexpected()
    }
    (client, server) = (ends[0], ends[1])
  }

  deinit {
    close(client)
    close(server)
  }

  func send(_ header: ReplyHeader, _ payload: Span<UInt8> = Span()) {
    var frame = ByteWriter()
    FrameEncoder.append(header, payload: payload, to: &frame)
    frame.span.withUnsafeBytes { _ = Glibc.send(server, $0.baseAddress, $0.count, 0) }
  }

  /// Answers request 3, with a descriptor unless that is -1.
  func share(byteCount: UInt64, descriptor: CInt) {
    var payload = ByteWriter()
    ShareReply(byteCount: byteCount).append(to: &payload)
    guard descriptor >= 0 else { return send(ReplyHeader(id: 3, .done), payload.span) }
    var frame = ByteWriter()
    FrameEncoder.append(ReplyHeader(id: 3, .done), payload: payload.span, to: &frame)
    frame.span.withUnsafeBytes {
      _ = molt_send_with_descriptor(server, $0.baseAddress, $0.count, descriptor)
    }
  }

  func receivedRequests() throws -> [RequestMessage] {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(server, &buffer, buffer.count, CInt(MSG_DONTWAIT))
    var decoder = FrameDecoder()
    decoder.append(buffer.span.extracting(..<max(count, 0)))
    var requests: [RequestMessage] = []
    while let frame = try decoder.next() { requests.append(try RequestMessage(decoding: frame)) }
    return requests
  }
}
