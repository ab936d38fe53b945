// What a response's head adds to an exchange.

import Traffic

extension Exchange {
    /// Notes what the response's head says.
    mutating func note(_ head: HTTPHead, status: Int, at start: Timestamp) {
        self.status = status
        contentLength = head.contentLength
        contentRange = head.contentRange
        contentType = head.contentType
        entityTag = head.entityTag
        lastModified = head.lastModified
        location = head.location
        contentEncoding = head.contentEncoding
        transferEncoding = head.transferEncoding
        respondedAt = start
    }
}
