internal import Logging
internal import MoltBytes
internal import MoltErrors
internal import MoltWorkerWire
internal import NIOCore
internal import NIOPosix

// From a request to its answer.
extension ConnectionHandler {
  /// Takes note of a request before the machine decides about it.
  func begin(_ header: RequestHeader, _ arrival: UInt64) {
    guard header.operation != .cancel, live[header.id] == nil else { return }
    live[header.id] = Live(record: RequestRecord(header, arrival: arrival))
    worker.metrics.inFlight.add(1)
    updateBusy()
    watch(header.deadline(arrival: arrival, limits: limits.connection))
  }

  /// Does what the machine decided.
  func perform(_ action: ConnectionAction) {
    switch action {
    case .nothing: break
    case .hello(let id): answer(id) { greeting.append(to: &$0) }
    case .metrics(let id):
      let page = PrometheusText.page(of: worker.metrics, version: moltVersion.description)
      answer(id) { $0.append(page) }
    case .share(let id): share(id)
    case .health(let id): askHealth(id)
    case .prepare(let id, let request): prepare(id, request)
    case .run(let id, let request, let deadline): run(id, request, deadline: deadline)
    case .release(let id, let statement):
      if statements.removeValue(forKey: statement) != nil {
        worker.metrics.statements.add(-1)
      }
      answer(id) { _ in }
    case .refuse(let id, let refusal): refuse(id, refusal.error)
    case .abandon(let id, let refusal):
      live[id]?.job?.abandon()
      refuse(id, refusal.error)
    case .close(let refusal): close(refusal.error)
    }
  }

  /// Answers a request completely.
  func answer(_ id: UInt64, _ body: (inout ByteWriter) -> Void) {
    var payload = ByteWriter(capacity: 256)
    body(&payload)
    guard let request = end(id) else { return }
    write(ReplyHeader(id: id, .done), payload.span)
    log(request.record, .ok)
  }

  /// Answers a request with an error.
  func refuse(_ id: UInt64, _ error: MoltError) {
    guard let request = end(id) else { return }
    reply(ReplyHeader(id: id, .error), error)
    log(request.record, error.code)
  }

  /// Forgets a request that gets its last reply now.
  func end(_ id: UInt64) -> Live? {
    guard let request = live.removeValue(forKey: id) else { return nil }
    worker.metrics.inFlight.add(-1)
    return request
  }

  private var greeting: HelloReply {
    HelloReply(
      server: "molt \(moltVersion)",
      databases: worker.databases.map(\.alias),
      frameByteCount: limits.frames.frameByteCount
    )
  }

  private func askHealth(_ id: UInt64) {
    let this = NIOLoopBound(self, eventLoop: loop)
    worker.pool.submit { [worker, loop] pool in
      guard pool == .active else { return }
      let reply = worker.health()
      loop.execute {
        let handler = this.value
        // The id may name another request by now, if this one was cancelled.
        guard handler.live[id]?.record.operation == .health, handler.machine.finish(id) else {
          return
        }
        handler.answer(id) { reply.append(to: &$0) }
        handler.flush()
      }
    }
  }

  private func prepare(_ id: UInt64, _ request: PrepareRequest) {
    live[id]?.record.database = request.database
    guard worker.metrics.enterQueue(limit: limits.waitingRequests) else {
      return finishPrepare(request, .failure(busy))
    }
    let this = NIOLoopBound(self, eventLoop: loop)
    worker.pool.submit { [worker, loop] pool in
      worker.metrics.leaveQueue()
      guard pool == .active else { return }
      let result: Result<WorkerStatement, MoltError>
      do throws(MoltError) {
        let database = try worker.database(request.database)
        result = .success(try database.prepare(sql: request.sql, shape: request.shape))
      } catch {
        result = .failure(error)
      }
      loop.execute {
        this.value.finishPrepare(request, result)
        this.value.flush()
      }
    }
  }

  private func finishPrepare(
    _ request: PrepareRequest,
    _ result: Result<WorkerStatement, MoltError>
  ) {
    let statement = try? result.get()
    let outcome = machine.finishPrepare(request.statement, succeeded: statement != nil)
    if outcome.isKept, let statement {
      statements[request.statement] = Statement(statement: statement, database: request.database)
      worker.metrics.statements.add(1)
    }
    if let id = outcome.answered {
      switch result {
      case .success: answer(id) { _ in }
      case .failure(let error): refuse(id, error)
      }
    }
    for action in outcome.actions { perform(action) }
  }

  private func run(_ id: UInt64, _ request: RunRequest, deadline: UInt64) {
    // The machine starts runs of kept statements only.
    guard let statement = statements[request.statement] else { return }
    live[id]?.record.database = statement.database
    noteSharing(id, request)
    if case .onThread(let compiled) = statement.statement,
      answerQuickly(id, request, compiled, deadline: deadline)
    {
      return
    }
    guard worker.metrics.enterQueue(limit: limits.waitingRequests) else {
      if machine.finish(id) { refuse(id, busy) }
      return
    }
    let expectedByteCount = statement.expectedByteCount(limits)
    switch statement.statement {
    case .onThread(let compiled):
      let job = ThreadJob(
        id: id,
        statement: request.statement,
        compiled.makeRun(
          arguments: request.arguments,
          deadline: deadline,
          rowLimit: limits.answerRowCount
        ),
        worker,
        budget,
        NIOLoopBound(self, eventLoop: loop),
        expectedByteCount: expectedByteCount
      )
      live[id]?.job = job
      job.start()
    case .onLoop(let prepared):
      let job = LoopJob(
        id: id,
        statement: request.statement,
        self,
        expectedByteCount: expectedByteCount
      )
      live[id]?.job = job
      job.start(prepared, arguments: request.arguments)
    }
  }

  /// Sends a piece of an answer, unless nobody wants it any more.
  func deliver(_ piece: ByteBuffer, of job: any WorkerJob, isLast: Bool) {
    guard live[job.id]?.job === job else { return release(piece.readableBytes) }
    guard isLast else {
      live[job.id]?.isShared = false
      return writeAndFlush(piece, isPiece: true)
    }
    guard machine.finish(job.id), var request = end(job.id) else {
      return release(piece.readableBytes)
    }
    send(piece, of: job, answering: request)
    note(
      job.statement,
      byteCount: job.progress.byteCount,
      runTime: NIODeadline.now().uptimeNanoseconds - job.progress.started
    )
    request.record.rowCount = job.progress.rowCount
    request.record.note(job)
    log(request.record, .ok)
  }

  /// Sends the last piece of an answer.
  private func send(_ piece: ByteBuffer, of job: any WorkerJob, answering request: Live) {
    let byteCount = min(job.progress.byteCount, piece.readableBytes)
    let header = ReplyHeader(id: job.id, .done, rows: job.progress.rowCount)
    let payload = piece.readableBytesUInt8Span.extracting(last: byteCount)
    guard answer(request, payload, header) else { return writeAndFlush(piece, isPiece: true) }
    release(piece.readableBytes)
    flush()
  }

  /// Sends a run's error, unless nobody wants it any more.
  func fail(_ job: any WorkerJob, _ error: MoltError) {
    guard live[job.id]?.job === job, machine.finish(job.id) else { return }
    live[job.id]?.record.note(job)
    refuse(job.id, error)
    flush()
  }

  private var busy: MoltError {
    MoltError(
      .busy,
      "\(limits.waitingRequests) requests wait for a database already; try again later"
    )
  }

  /// Counts and logs an answered request.
  func log(_ record: RequestRecord, _ code: ErrorCode) {
    let duration = NIODeadline.now().uptimeNanoseconds &- record.arrival
    worker.metrics.record(record, code, duration: duration)
    let level: Logger.Level = code == .internal ? .error : .info
    worker.logger.log(
      level: level,
      "request",
      metadata: record.metadata(connection: number, code, duration: duration)
    )
  }
}

extension RequestRecord {
  /// Takes over what a job knows of itself.
  mutating func note(_ job: any WorkerJob) {
    let started = job.progress.started
    byteCount = job.progress.byteCount
    queueTime = started == 0 ? 0 : started &- arrival
  }
}
