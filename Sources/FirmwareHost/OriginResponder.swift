// Answers requests: finds the offering, plans the response, hands its body to a delivery.

import HTTPTypes
import Hummingbird
import NIOCore
import Traffic

/// What a response needs to know of its connection.
struct ConnectionContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
    }
}

/// The responder of a firmware host.
struct OriginResponder: HTTPResponder {
    typealias Context = ConnectionContext

    /// Thrown when there is nobody left to answer; the connection is closed already.
    struct NoAnswer: Error {}

    let ledger: Ledger

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        let clocks = ClockPair.now()
        let method = request.head.method.rawValue
        let target = request.head.path ?? "/"
        let range = request.head.headerFields[.range]
        let found = ledger.offering(for: target, method: method)
        let curve = found?.1 ?? .unlimited
        // Never forwarded: what nobody offered does not exist (R8 of the replay rules).
        let plan = found.map { offering, curve in
            ResponsePlan(method: method, range: range, offering: offering, curve: curve)
        }
        let delivery = Delivery(
            image: found?.0.image ?? .bytes([]),
            plan: plan ?? .empty(404),
            curve: curve,
            log: TransferLog(exchange: exchange(request, context.channel, at: clocks.wall), clocks: clocks),
            channel: context.channel,
            watch: try await context.channel.pipeline.handler(type: ConnectionWatch.self).get(),
            ledger: ledger
        )
        return try await delivery.response(requestedAt: clocks.instant)
    }

    private func exchange(_ request: Request, _ channel: any Channel, at time: Timestamp) -> Exchange {
        Exchange(
            client: Endpoint(channel.remoteAddress),
            server: Endpoint(channel.localAddress),
            method: request.head.method.rawValue,
            host: request.head.authority ?? "",
            target: request.head.path ?? "/",
            range: request.head.headerFields[.range],
            requestedAt: time
        )
    }
}
