/// The version of Molt, shared by libmolt, the `molt` program and the worker's replies.
package let moltVersion: StaticString = "0.1.0"
