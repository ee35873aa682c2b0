export default function AuditScreen(): JSX.Element {
  return <div />;
}
