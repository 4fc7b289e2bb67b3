/* socket.c: WASI calls on sockets (sock_*), for descriptors that the host made
 * sockets; others answer WASI_NOTSOCK.
 */
#include "config.h"

#include "call.h"

static wasi_errno socket_fd(struct wasi_call *call, uint64_t rights,
			    struct fd_entry **entry)
{
	WASI_TRY(call_fd(call, call_u32(call, 0), 0, entry));
	if ((*entry)->filetype != WASI_FILETYPE_SOCKET_STREAM &&
	    (*entry)->filetype != WASI_FILETYPE_SOCKET_DGRAM)
		return WASI_NOTSOCK;
	return call_fd(call, call_u32(call, 0), rights, entry);
}

wasi_errno wasi_sock_accept(struct wasi_call *call)
{
	struct fd_entry *entry;
	struct fd_entry accepted = {.kind = FD_SOCKET,
				    .filetype = WASI_FILETYPE_SOCKET_STREAM,
				    .rights = WASI_RIGHTS_STREAM |
					      WASI_RIGHT_SOCK_SHUTDOWN};
	uint32_t fd;
	wasi_errno err;

	WASI_TRY(socket_fd(call, WASI_RIGHT_SOCK_ACCEPT, &entry));
	if ((call_u32(call, 1) & ~(uint32_t)WASI_FDFLAG_NONBLOCK) != 0)
		return WASI_INVAL;
	accepted.flags = (uint16_t)call_u32(call, 1);
	call->exec->countdown = 1;
	if (!call_wait_readable(call, entry))
		return WASI_SUCCESS;
	WASI_TRY(call_store32(call, call_u32(call, 2), 0));
	WASI_TRY(host_accept(entry->handle, accepted.flags, &accepted.handle));
	err = fd_table_add(&call->wasi->fds, &accepted, &fd);
	if (err != WASI_SUCCESS) {
		(void)host_close(accepted.handle);
		return err;
	}
	return call_store32(call, call_u32(call, 2), fd);
}

wasi_errno wasi_sock_recv(struct wasi_call *call)
{
	struct host_buffer buffers[CALL_MAX_BUFFERS];
	struct fd_entry *entry;
	uint16_t roflags = 0;
	size_t count, done;
	uint8_t *flags = call_bytes(call, call_u32(call, 5), 2);

	WASI_TRY(socket_fd(call, WASI_RIGHT_FD_READ, &entry));
	WASI_TRY(call_buffers(call, call_u32(call, 1), call_u32(call, 2),
			      buffers, &count));
	if (flags == NULL)
		return WASI_FAULT;
	call->exec->countdown = 1;
	if (!call_wait_readable(call, entry))
		return WASI_SUCCESS;
	WASI_TRY(call_store32(call, call_u32(call, 4), 0));
	WASI_TRY(host_receive(entry->handle, buffers, count,
			      (uint16_t)call_u32(call, 3), &done, &roflags));
	le_write16(flags, roflags);
	return call_store32(call, call_u32(call, 4), (uint32_t)done);
}

wasi_errno wasi_sock_send(struct wasi_call *call)
{
	struct host_buffer buffers[CALL_MAX_BUFFERS];
	struct fd_entry *entry;
	size_t count, done;

	WASI_TRY(socket_fd(call, WASI_RIGHT_FD_WRITE, &entry));
	WASI_TRY(call_buffers(call, call_u32(call, 1), call_u32(call, 2),
			      buffers, &count));
	if (call_u32(call, 3) != 0)
		return WASI_INVAL; /* no flags are defined */
	WASI_TRY(call_store32(call, call_u32(call, 4), 0));
	WASI_TRY(host_send(entry->handle, buffers, count, &done));
	return call_store32(call, call_u32(call, 4), (uint32_t)done);
}

wasi_errno wasi_sock_shutdown(struct wasi_call *call)
{
	struct fd_entry *entry;

	WASI_TRY(socket_fd(call, WASI_RIGHT_SOCK_SHUTDOWN, &entry));
	return host_shutdown(entry->handle, (uint8_t)call_u32(call, 1));
}
