import { Button, Tooltip, type ButtonProps } from "@mantine/core";
import { useId, type ReactNode } from "react";

/** A button that, when it may not be pressed, says why: in its tooltip and to screen readers. It keeps its tab stop. */
export type ButtonWithReasonProps = ButtonProps & {
  readonly reason: string | undefined;
  readonly onClick: () => void;
  readonly children: ReactNode;
};

/** See {@link ButtonWithReasonProps}. */
export function ButtonWithReason({ reason, onClick, children, ...rest }: ButtonWithReasonProps) {
  const id = useId();
  if (reason === undefined) {
    return (
      <Button {...rest} onClick={onClick}>
        {children}
      </Button>
    );
  }
  return (
    <Tooltip label={reason}>
      <Button {...rest} data-disabled aria-disabled aria-describedby={id} onClick={(event) => event.preventDefault()}>
        {children}
        <span id={id} hidden>
          {reason}
        </span>
      </Button>
    </Tooltip>
  );
}
