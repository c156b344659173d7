-- In the transaction in which a dump is restored, after that: what comes late of the run brings nothing any more.
do $godwit$
begin
  execute format('insert into %I.godwit_schema_picture (run, turned) values ($1, true) on conflict (run) do update set turned = true',
                 current_setting('godwit.place'))
    using current_setting('godwit.run');
end
$godwit$;
