import { ref } from 'lit-html/directives/ref.js';

/** Opens a `<dialog>` as it is drawn: focus stays inside and Escape cancels. */
export const asModal = ref((element) => {
  if (element instanceof HTMLDialogElement && !element.open)
    queueMicrotask(() => element.isConnected && element.showModal());
});

/** Lifts a popover above an open dialog. */
export const onTop = ref((element) => {
  if (element instanceof HTMLElement) queueMicrotask(() => element.isConnected && element.showPopover());
});
